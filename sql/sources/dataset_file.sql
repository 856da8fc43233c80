-- dataset_file: one row per row of the dataset file, in its order.
-- further columns: every column of the file
-- filled by: warehouse/datasets/dataset-file.ts
-- params: path
create or replace table dataset_file as
select file_row_number as file_row, * exclude (file_row_number)
from read_parquet($path, file_row_number = true, hive_partitioning = false)
