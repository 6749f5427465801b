"""The evidence rows about crime, and how the study of each is replayed."""

# ruff: noqa: E501 - a row reads best on few lines
from __future__ import annotations

from calibration.replays import Row, StreetRow
from sim.bench import (
    DETAINED,
    NOT_DETAINED,
    TRIED,
    caught,
    detained,
    early_leaving,
    enrolled_in,
    finding_work,
    offending_at_liberty,
    serious_offending,
    setting,
    stopped,
    together,
)
from sim.population import columns as c

FOLLOW_UP = (12, 61)
"""Five years; the first is that of the sentence itself."""

SHORT_FOLLOW_UP = (18, 25)
"""Half a year in the second year, for many draws."""

PROCESSED = caught(then={"register.formal_share": 1.0})
AT_HALT = caught(then={"register.formal_share": 0.0})
RELEASED = caught()
FOUND_GUILTY = caught(serious=True, known=True, then=NOT_DETAINED)
SHORT_SENTENCE = {**DETAINED, "register.custody_days_adults": 30.0}
"""Custody of a month on average: next to nobody gets six months or more."""

LONG_MONTHS = 9
"""Months of a longer sentence, in the middle of what is served above six months."""

IN_THE_AREA = setting(wijk=0)
"""Supported work is for residents of an area."""

ROWS: tuple[Row, ...] = (
    Row(
        "E01", "mentor, jongeren van 8-18 die delicten pleegden", "mentor, youths of 8-18 who offended",
        "mentoring", lambda p: (p.age >= 8) & (p.age <= 18) & (p.events12 > 0), enrolled_in("mentoring"),
    ),
    Row(
        "E03", "gedragstraining op school, jongens van 13-17", "CBT at school, boys of 13-17",
        "cbt_at_school", lambda p: (p.age >= 13) & (p.age <= 17) & (p.sex == c.MAN) & p.enrolled,
        enrolled_in("cbt_at_school"),
    ),
    Row(
        "E05", "gedragstraining in jeugddetentie, tegenover detentie zonder", "CBT in youth custody, against custody without",
        "cbt_in_detention", lambda p: (p.age >= 14) & (p.age < 18) & (p.serious24 > 0),
        together(caught(serious=True, known=True, then=DETAINED), enrolled_in("cbt_in_detention")),
        caught(serious=True, known=True, then=DETAINED), offending_at_liberty, window=(2, 19), draw_window=(4, 12),
    ),
    Row(
        "E07", "bijbaan met mentor, ernstige delicten", "side job with a mentor, serious offences",
        "side_job", lambda p: (p.age >= 15) & (p.age <= 19) & p.enrolled, enrolled_in("side_job"),
        measure=serious_offending,
    ),
    Row(
        "E09", "MST, jongeren van 12-18 met ernstige problemen", "MST, youths of 12-18 with severe problems",
        "mst", lambda p: (p.age >= 12) & (p.age <= 18) & (p.registrations > 0), enrolled_in("mst"),
    ),
    Row(
        "E09f", "gezinstherapie (FFT), dezelfde jongeren", "functional family therapy (FFT), the same youths",
        "fft", lambda p: (p.age >= 12) & (p.age <= 18) & (p.registrations > 0), enrolled_in("fft"),
    ),
    Row(
        "E13", "sport met een methode, jongeren van 10-18 die delicten pleegden",
        "sport with a method, youths of 10-18 who offended",
        "sport_with_method", lambda p: (p.age >= 10) & (p.age <= 18) & (p.events12 > 0), enrolled_in("sport_with_method"),
    ),
    Row(
        "E16", "activiteiten na school, leerlingen van 6-18", "after-school hours, pupils of 6-18",
        "after_school_hours", lambda p: (p.age >= 6) & (p.age <= 18) & p.enrolled, enrolled_in("after_school_hours"),
        null=True,
    ),
    Row(
        "E18", "jongerenwerk op straat, met het vertrouwen dat het oplevert",
        "street youth work, with the trust it brings",
        "street_youth_work", lambda p: (p.age >= 10) & (p.age <= 27) & (p.events6 > 0), enrolled_in("street_youth_work"),
    ),
    Row(
        "E19", "afschriklessen, jongeren van 12-18 die delicten pleegden", "scared-straight lessons, youths who offended",
        "scared_straight", lambda p: (p.age >= 12) & (p.age <= 18) & (p.events12 > 0), enrolled_in("scared_straight"),
    ),
    Row(
        "E22", "formele afdoening van een eerste licht feit, tegenover niets",
        "formal processing of a first minor offence, against nothing",
        "processing", lambda p: (p.age >= 12) & (p.age < 18) & (p.registrations == 0) & (p.minor24 > 0), PROCESSED, RELEASED,
    ),
    Row(
        "E23", "Halt na een eerste licht feit, tegenover niets", "Halt after a first minor offence, against nothing",
        "halt", lambda p: (p.age >= 12) & (p.age < 18) & (p.registrations == 0) & (p.minor24 > 0), AT_HALT, RELEASED,
        null=True,
    ),
    Row(
        "E24", "Halt: kans om voortijdig school te verlaten", "Halt: chance of early school leaving",
        "halt", lambda p: (p.age >= 12) & (p.age < 18) & (p.registrations == 0) & (p.minor24 > 0), AT_HALT, RELEASED,
        early_leaving, "services.halt_school", (0, 12), (0, 6),
        excess=0.1,  # those most at risk leave first, so that the two groups grow alike
        tolerance=0.02,
    ),
    Row(
        "E25", "snelle afdoening, volwassenen met een strafblad, tegenover de gewone zitting",
        "swift handling, adults with a record, against an ordinary trial",
        "swift_handling", lambda p: (p.age >= 18) & (p.age < 50) & (p.convictions > 0),
        caught(known=True, then=TRIED, room="swift_handling"), caught(known=True, then=TRIED), null=True,
    ),
    Row(
        "E27", "jeugddetentie, tegenover schuldig zonder detentie", "youth custody, against guilty without custody",
        "youth_custody", lambda p: (p.age >= 14) & (p.age < 18) & (p.serious24 > 0),
        caught(serious=True, known=True, then=DETAINED), caught(serious=True, known=True, then=NOT_DETAINED),
        offending_at_liberty, window=FOLLOW_UP, draw_window=SHORT_FOLLOW_UP,
        excess=0.12,  # loss of school and work adds to it; some of the others are detained later
        tolerance=0.015,
    ),
    Row(
        "E28", "langere gevangenisstraf, volwassenen zonder werk, tegenover geen detentie",
        "longer prison, adults without work, against no custody",
        "long_prison",
        lambda p: (p.age >= 18) & (p.age < 50) & (p.serious24 > 0) & (p.work == c.NOT_WORKING) & ~p.enrolled,
        detained("long_prison", LONG_MONTHS), FOUND_GUILTY, offending_at_liberty,
        window=FOLLOW_UP, draw_window=FOLLOW_UP, excess=0.06,
    ),
    Row(
        "E29", "taakstraf in plaats van een korte celstraf, volwassenen", "community service instead of short prison, adults",
        "short_prison", lambda p: (p.age >= 18) & (p.age < 50) & (p.serious24 > 0),
        caught(serious=True, known=True, then=SHORT_SENTENCE, room="community_service"),
        caught(serious=True, known=True, then=SHORT_SENTENCE), offending_at_liberty,
        "services.community_service_effect", FOLLOW_UP, FOLLOW_UP,
        excess=0.11,  # how many of the others meet prison later differs by draw
    ),
    Row(
        "E30", "ISD, volwassenen met tien of meer registraties, tegenover de gewone straf",
        "ISD placement, adults with ten or more registrations, against the usual sentence",
        "isd", lambda p: (p.age >= 18) & (p.age < 60) & (p.registrations >= 10),
        caught(serious=True, known=True, then=TRIED, room="isd"), caught(serious=True, known=True, then=TRIED),
        offending_at_liberty, window=(26, 50), draw_window=(26, 50),
        excess=0.18,  # how often the others are detained meanwhile differs by draw
    ),
    Row(
        "E33", "re-integratieofficier, na detentie, 18-27 jaar", "re-integration officer, after custody, ages 18-27",
        "reintegration", lambda p: (p.age >= 18) & (p.age <= 27) & (p.convictions > 0), enrolled_in("reintegration"),
    ),
    Row(
        "E34", "begeleid werk, 18-27 jaar zonder school of werk: kans om werk te vinden",
        "supported work, ages 18-27 without school or work: chance to find work",
        "supported_work", lambda p: (p.age >= 18) & (p.age <= 27) & (p.work == c.NOT_WORKING) & ~p.enrolled,
        together(IN_THE_AREA, enrolled_in("supported_work")), IN_THE_AREA, finding_work,
        "services.supported_work_employment", (0, 12), (0, 12), persons=100_000, excess=0.12,
        tolerance=0.03,  # people found work, which is counted and not expected
    ),
    Row(
        "E36", "groepsaanpak, verdachten van 14-27, ernstige delicten", "focused deterrence, suspects of 14-27, serious offences",
        "focused_deterrence", lambda p: (p.age >= 14) & (p.age <= 27) & (p.registrations > 0),
        enrolled_in("focused_deterrence"), measure=serious_offending,
        excess=0.06,  # custody ends it for some
    ),
    Row(
        "E41", "eerlijke bejegening bij een staandehouding, tegenover een gewone",
        "fair treatment in a stop, against a usual stop",
        "fair_stop", lambda p: (p.age >= 12) & (p.age < 28), stopped(fair=True), stopped(),
    ),
    Row(
        "E42", "staandehouding, met het vertrouwen dat het kost", "a stop, with the trust it costs",
        "stop", lambda p: (p.age >= 12) & (p.age < 28), stopped(),
    ),
    Row(
        "E97", "wijkrechtspraak, tegenover de gewone rechter", "neighbourhood court, against the ordinary court",
        "neighbourhood_court", lambda p: (p.age >= 18) & (p.age < 50) & (p.registrations > 0),
        caught(known=True, then=TRIED, room="neighbourhood_court"), caught(known=True, then=TRIED),
    ),
)  # fmt: skip
"""Rows about persons."""

STREET_ROWS: tuple[StreetRow, ...] = (
    StreetRow("E37", "politie op hot spots", "hot-spot policing", "hot_spots"),
    StreetRow("E38", "probleemgericht politiewerk op hot spots", "problem-oriented policing of hot spots", "problem_oriented", 6),
    StreetRow("E39", "jeugdboa's te voet op hot spots", "jeugdboa's on foot on hot spots", "jeugdboa"),
)  # fmt: skip
"""Rows about places."""

BY_ID = {row.id: row for row in ROWS}
