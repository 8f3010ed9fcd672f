"""A backup: one file, sealed to a public key, that gives an installation back.

It is a tar in an age file (age-encryption.org/v1), so that `age -d | tar x` opens it without us:

- `base/000001`, `base/000002`…: the database, in pieces whose end nobody needs to know beforehand.
  Put end to end they are SQLite's file or `pg_dump --format=custom`'s;
- `instance/…`: the files of the instance, but for its secrets, its queue and what is caught there;
- `manifest.json`, the last: what there must be, and the fingerprints of the keys it needs.
"""
