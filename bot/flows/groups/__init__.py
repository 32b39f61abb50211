"""Groups that learn together, and what belongs to them: one module a family of commands.

Read `together` first, the door through which the engine comes in; then `cohort` (which cohort is
meant, and who may), `arranging`, `dates`, `spending`, `staff` and `overrides` (what an instructor
sets), `joining` with `guessing`, `alias`, `boards`, `posts` with `publishing` and `undelivered`,
`rounds` with `answering`, `tally` and `round_items`, `reminders` with `reminder_card`,
`waking` and `notices`; then what an instructor sees: `insight`, `progress_map`, `item_report`,
`nudges`, `digest`, `cohort_export`; then `regrade` with `regrade_effects`, `report` and `sharing`
with `aside`, `certificates` with `earning` and `proof`, `linking`.

What these share knows no words: `whereabouts` (where members stand), `hurdles` (what holds them
up), `instructors` (those who can be reached), `item_measures`, `remarking`, `tables` (CSV and
JSON), `people` and `nicknames` (names), `codes` (what people type to join, to link and to check).
"""
