#!/bin/sh
# Une sauvegarde chiffrée, puis l’oubli des plus anciennes : ce que lance recueil-backup.service.
set -eu
folder=${BACKUP_FOLDER:-/var/backups/recueil}
.venv/bin/python -m flask --app wsgi backup "$folder/recueil-$(date -u +%Y%m%dT%H%M%SZ).age"
find "$folder" -maxdepth 1 -name 'recueil-*.age' -mtime "+${BACKUP_DAYS:-30}" -delete
