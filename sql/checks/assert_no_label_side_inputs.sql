-- assert_no_label_side_inputs: no column that contains the label, or is derived from it, is among the inputs.
-- reads: training_set
-- params: label_side_columns
select column_name
from duckdb_columns()
where table_name = 'training_set'
  and schema_name = current_schema()
  and list_contains($label_side_columns, lower(column_name))
