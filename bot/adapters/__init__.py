"""The ways in and out: terminal, Telegram and Discord, twins that translate and decide nothing.

Read `base` first (the shape), then `terminal`, which has all of it in one module. `text` is what
people read, as plain characters with spans; `markdown` and `plain` make it from what the core
writes. Of a chat platform, read `..._inbound` (what people do), `..._shown` and `..._text` (what
they see), `..._send`, `..._errors`, and last the module with the platform's name.

What `discord_send` sends by: `discord_live` (one interaction) with `discord_first` (its first
response), `discord_lives` (all that can be answered), `discord_direct` (direct messages),
`discord_standing` (messages that are shown already), `discord_files` (uploads), `discord_tries`.
"""
