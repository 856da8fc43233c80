#!/bin/sh
# Creates the namespace with its retention, which cannot be given later than here by the server's own defaults.
#   TEMPORAL_ADDRESS: the server; TEMPORAL_NAMESPACE, RETENTION: what to create
set -eu
namespace=${TEMPORAL_NAMESPACE:-default}
temporal operator namespace describe --namespace "$namespace" > /dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention "${RETENTION:-90d}"
