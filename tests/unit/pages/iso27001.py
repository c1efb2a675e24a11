"""What the iso27001 pack promises, as tables: cadences, ladders, people, the order of the first year, the numbers of Annex A."""

from __future__ import annotations

from datetime import date

from isms_bot.model import Ladder

_Y, _H, _Q, _M = 12, 6, 3, 1
_YEARLY = (Ladder.YEARLY, (20, 15))
_GENTLE = (Ladder.GENTLE, (10, 10))
_CHORE = (Ladder.CHORE, (5, 5))

SCHEDULES = {
    "direction-review": (_Y, *_YEARLY, "security-officer", "top-management"),
    "policy-confirmation": (_Q, *_GENTLE, "technical-staff", "security-officer"),
    "risk-assessment": (_Y, *_YEARLY, "security-officer", "top-management"),
    "risk-treatment-and-applicability": (_Q, *_GENTLE, "risk-owner", "security-officer"),
    "asset-review": (_H, *_GENTLE, "asset-owner", "it-administrator"),
    "access-review": (_Q, *_GENTLE, "system-owner", "security-officer"),
    "update-and-vulnerability-round": (_M, *_CHORE, "it-administrator", "security-officer"),
    "malware-and-endpoint-check": (_Q, *_GENTLE, "it-administrator", "security-officer"),
    "backup-restore-test": (_Q, *_GENTLE, "operations", "system-owner"),
    "log-and-monitoring-review": (_M, *_CHORE, "operations", "security-officer"),
    "change-sample": (_Q, *_GENTLE, "change-reviewer", "head-of-development"),
    "development-and-project-sample": (_H, *_GENTLE, "senior-developer", "security-officer"),
    "physical-walk": (_H, *_GENTLE, "office-manager", "security-officer"),
    "environment-check": (_Y, *_YEARLY, "office-manager", "security-officer"),
    "resource-protection-check": (_Y, *_YEARLY, "office-manager", "it-administrator"),
    "network-and-transfer-review": (_Y, *_YEARLY, "it-administrator", "security-officer"),
    "incident-exercise": (_Y, *_YEARLY, "incident-lead", "security-officer"),
    "continuity-exercise": (_Y, *_YEARLY, "continuity-team", "top-management"),
    "people-security-and-competence-check": (_Y, *_YEARLY, "human-resources", "security-officer"),
    "supplier-review": (_Y, *_YEARLY, "contract-owner", "security-officer"),
    "privacy-review": (_Y, *_YEARLY, "data-protection-officer", "top-management"),
    "cryptography-review": (_Y, *_YEARLY, "senior-developer", "security-officer"),
    "key-inventory": (_H, *_GENTLE, "key-custodian", "security-officer"),
    "retention-run": (_Y, *_YEARLY, "records-owner", "data-protection-officer"),
    "compliance-and-licence-review": (_Y, *_YEARLY, "legal-contact", "security-officer"),
    "awareness-training": (_Y, *_YEARLY, "team-member", "security-officer"),
    "remote-working-check": (_H, *_GENTLE, "remote-worker", "it-administrator"),
    "internal-audit": (_H, Ladder.YEARLY, (30, 10), "internal-auditor", "top-management"),
    "measurement": (_Q, *_GENTLE, "security-officer", "top-management"),
    "management-review": (_Y, *_YEARLY, "top-management", "security-officer"),
}
"""Schedule: months, ladder, lead and grace in working days, who does it, who is the second person."""

FIRST_YEAR = [
    ("asset-review", 3),
    ("risk-assessment", 4),
    ("direction-review", 6),
    ("risk-treatment-and-applicability", 8),
    ("access-review", 11),
    ("update-and-vulnerability-round", 11),
    ("malware-and-endpoint-check", 12),
    ("log-and-monitoring-review", 13),
    ("measurement", 13),
    ("backup-restore-test", 14),
    ("change-sample", 19),
    ("development-and-project-sample", 20),
    ("internal-audit", 23),
    ("incident-exercise", 24),
    ("management-review-first-year", 26),
    ("continuity-exercise", 30),
    ("management-review", 52),
]
"""Weeks after activation: registers and risks, direction, operation, samples, the first audit, exercises, the review."""

CONTROLS = [
    f"A.{theme}.{number}" for theme, last in ((5, 37), (6, 8), (7, 14), (8, 34)) for number in range(1, last + 1)
]
"""The 93 controls of ISO/IEC 27001:2022, Annex A, by number."""

FIRST_DAY = date(2027, 1, 4)
YEAR_LATER = [date(2027 + years, 1, 4) for years in range(6)]
