/** Folder, file or capture that a run reads: an SQL expression over `main.runs`. */
export const RUN_SOURCE =
  "coalesce(config->'source'->>'directory', config->'source'->>'path', config->>'capture', config->>'directory')";
