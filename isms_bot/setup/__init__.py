"""`setup`: the first hour on a real wiki. Eight questions, a token that is proven by doing, a configuration that is written whole.

`asking` is how a question is put and put again, whoever answers; `questions` are the eight; `proving` tries what was answered;
`writing` makes the file. Nothing here reads a terminal or prints: that is the command line's.
"""
