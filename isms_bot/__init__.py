"""isms-bot keeps an information security management system inside a team's own wiki."""
