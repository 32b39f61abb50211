"""Who belongs to a cohort, as SQL that other queries are made of."""

from typing import Final

# A person is whoever their accounts point to.
IN: Final = """
SELECT COALESCE(links.target, members.learner) AS learner, MIN(members.at) AS at
FROM members LEFT JOIN links ON links.learner = members.learner
WHERE members.cohort = ? GROUP BY 1"""
LEAD: Final = """
SELECT COALESCE(links.target, roles.learner) AS learner, '' AS at
FROM roles LEFT JOIN links ON links.learner = roles.learner
WHERE roles.cohort = ? AND roles.name = 'instructor' GROUP BY 1"""

# All accounts of a cohort's members.
ACCOUNTS_IN: Final = f"""
SELECT learner FROM ({IN.replace("?", "?1")})
UNION SELECT links.learner FROM ({IN.replace("?", "?1")}) AS found
    JOIN links ON links.target = found.learner"""  # noqa: S608
