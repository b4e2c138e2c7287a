#!/bin/sh
# The roles that the collector and Grafana log in with, where PostgreSQL starts for the first time in a container.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d fleet -v collector="$FLEET_COLLECTOR_PASSWORD" -v grafana="$FLEET_GRAFANA_PASSWORD" <<'SQL'
CREATE ROLE collector LOGIN BYPASSRLS IN ROLE fleet_collector PASSWORD :'collector';
CREATE ROLE overseer LOGIN IN ROLE fleet_overseer PASSWORD :'grafana';
SQL
