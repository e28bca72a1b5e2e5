"""Latvian dates in figures, 23.11.2026.

A month written out stands in the nominative ("novembris") whatever the sentence around it
asks for ("līdz novembrim", "novembrī"); figures are right in every case, and short on a phone.
"""

DATE_FORMAT = "d.m.Y."
DATETIME_FORMAT = "d.m.Y. H:i"
SHORT_DATE_FORMAT = "d.m.Y."
SHORT_DATETIME_FORMAT = "d.m.Y. H:i"
MONTH_DAY_FORMAT = "d.m."
YEAR_MONTH_FORMAT = r"Y. \g\a\d\a F"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y.", "%d.%m.%Y", "%d.%m.%y.", "%d.%m.%y"]
