# Makes the two files beside it: pip install pyarrow==26.0.1 && python make.py
import pyarrow as pa, pyarrow.parquet as pq

QUESTION = "Ann has {} coins and finds {} more. How many coins does she have — in all?"
rows = [
    {
        "question": QUESTION.format(n, n + 2),
        "answer": f"She has {n} + {n + 2} = <<{n}+{n + 2}={2 * n + 2}>>{2 * n + 2} coins.\n#### {2 * n + 2}",
        "level": n,
        "weight": n / 4,
        "note": None if n % 3 else f"note {n}",
        "tags": ["a", f"t{n}"],
        "source": {"book": "b", "page": n},
    }
    for n in range(20)
]
table = pa.Table.from_pylist(rows)
pq.write_table(table.slice(0, 15), "main/train-00000-of-00001.parquet", compression="snappy", row_group_size=4)
pq.write_table(table.slice(15), "main/test-00000-of-00001.parquet", compression="zstd")
