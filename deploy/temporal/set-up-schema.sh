#!/bin/sh
# Creates or updates the databases of a Temporal server. A second run changes nothing.
#   POSTGRES_SEEDS, DB_PORT, POSTGRES_USER, SQL_PASSWORD: the server; TEMPORAL_SCHEMA: folder of the versioned schemas
set -eu
schemas=${TEMPORAL_SCHEMA:-/etc/temporal/schema/postgresql/v12}

tool() {
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p "${DB_PORT:-5432}" -u "$POSTGRES_USER" --db "$database" "$@"
}

for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  versions=$schemas/${pair#*:}/versioned
  tool "$database" create
  # Setting a version up again would begin at 0: only a database that has none gets one.
  if ! said=$(tool "$database" update-schema -d "$versions" 2>&1); then
    case $said in
      *schema_version*"does not exist"*)
        tool "$database" setup-schema -v 0.0
        tool "$database" update-schema -d "$versions"
        ;;
      *)
        echo "$said" >&2
        exit 1
        ;;
    esac
  fi
done
