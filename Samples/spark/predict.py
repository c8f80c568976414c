"""Predicts the rows of CSV or Parquet files with reg-predict on Apache Spark.

    spark-submit --files reg-predict,model.h5 predict.py --features x1,x2 positions.csv predicted

The executors need nothing but the two files: the static program and the model. What the tool says on standard error is in
the exception, so that it is in the driver's log; a row that cannot be read fails the job, it is never left out.
"""

import argparse
import csv
import io
import subprocess
import tempfile
import threading

from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType


def main():
    arguments = parsed_arguments()
    spark = SparkSession.builder.appName(f"reg-predict {arguments.input}").getOrCreate()
    if arguments.format == "parquet":
        predict_parquet(spark, arguments)
    else:
        predict_csv(spark, arguments)
    spark.stop()


def parsed_arguments():
    parser = argparse.ArgumentParser(description="Predict the rows of CSV or Parquet files with reg-predict on Spark.")
    parser.add_argument("input", help="a file, a folder or a pattern, wherever Spark reads: hdfs://, s3a://, file://")
    parser.add_argument("output", help="a folder that does not exist yet; it gets a part for each part of the input")
    parser.add_argument("--features", required=True, help="the model's inputs, by column name: x1,x2")
    parser.add_argument("--format", choices=["csv", "parquet"], default="csv", help="of input and output")
    parser.add_argument("--no-header", action="store_true", help="CSV without a header; --features are positions, 2,3")
    parser.add_argument("--model", default="model.h5", help="the name of the model among --files")
    parser.add_argument("--tool", default="reg-predict", help="the name of the program among --files")
    parser.add_argument("--partitions", type=int, help="parts that the input is cut into, at least")
    parser.add_argument("--options", nargs=argparse.REMAINDER, default=[], help="the rest goes to reg-predict")
    return parser.parse_args()


# CSV: the lines go through a pipe, one process for each partition, and every column of the input is kept.


def predict_csv(spark, arguments):
    # Bytes, not text: what is in other columns comes out as it went in, whatever its encoding.
    lines = spark.sparkContext.textFile(arguments.input, arguments.partitions, use_unicode=False)
    features, header = arguments.features, None
    if not arguments.no_header:
        # Each file begins with the header, and a partition may have several files or begin in the middle of one. So it is
        # taken out wherever it stands, and the tool is told where the features are.
        first = lines.first()
        lines = lines.filter(lambda line: line != first)
        columns = next(csv.reader([first.decode()]))
        features = ",".join(str(columns.index(name) + 1) for name in features.split(","))
        header = first + b"," + predicted_names(arguments).encode()
    options = ["--header", "no", "--features", features, *arguments.options]
    tool, model = arguments.tool, arguments.model

    def predicted(part):
        if header is not None:
            yield header
        yield from piped(command(tool, model, options), part)

    lines.mapPartitions(predicted).saveAsTextFile(arguments.output)


def piped(command, lines):
    """The lines that a program writes for these, one for each, in their order."""
    sent, received, broken = 0, 0, []

    def feed():
        nonlocal sent
        try:
            with process.stdin as pipe:
                for line in lines:
                    pipe.write(line + b"\n")
                    sent += 1
        except BrokenPipeError:
            pass  # The program has ended; its code tells why.
        except Exception as error:
            broken.append(error)
            process.kill()

    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages)
        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        try:
            for line in process.stdout:
                received += 1
                yield line.rstrip(b"\n")
            process.wait()
        finally:
            process.kill()
            process.wait()
        feeder.join()
        if broken:
            raise broken[0]
        messages.seek(0)
        check(process.returncode, messages.read())
        if sent != received:
            raise RuntimeError(f"{sent} lines in, {received} out: blank lines and comments are no rows")


# Parquet: the features of a batch go as an array, the predictions come back as text that reads back as the same numbers.


def predict_parquet(spark, arguments):
    table = spark.read.parquet(arguments.input)
    if arguments.partitions:
        table = table.repartition(arguments.partitions)
    features = arguments.features.split(",")
    tool, model, options = arguments.tool, arguments.model, arguments.options

    def predicted(batches):
        for batch in batches:
            yield batch.join(predictions(batch[features], command(tool, model, options)).set_index(batch.index))

    # The types of the model's columns are those of one row.
    example = spark.createDataFrame(predictions(table.limit(1).toPandas()[features], command(tool, model, options)))
    schema = StructType(table.schema.fields + example.schema.fields)
    table.mapInPandas(predicted, schema).write.parquet(arguments.output)


def predictions(features, command):
    """The model's columns for the rows of a data frame."""
    import numpy
    import pyarrow.csv

    array = io.BytesIO()
    numpy.save(array, features.to_numpy(dtype=numpy.float64))
    result = subprocess.run([*command, "--only-predictions", "--to", "csv"], input=array.getvalue(), capture_output=True)
    check(result.returncode, result.stderr)
    table = pyarrow.csv.read_csv(io.BytesIO(result.stdout)).to_pandas()
    # A column of probabilities that are all 0 or 1 is no column of integers.
    return table.astype({name: float for name in table if name not in ("label", "class")})


# What both have in common.


def command(tool, model, options):
    # Spark has as many tasks on a machine as it has cores.
    return [SparkFiles.get(tool), "-m", SparkFiles.get(model), "--quiet", "--threads", "1", *options]


def predicted_names(arguments):
    """The header of the model's columns: what the tool writes for a table without rows."""
    empty = ",".join(f"x{place}" for place, _ in enumerate(arguments.features.split(","))) + "\n"
    line = command(arguments.tool, arguments.model, ["--header", "yes", "--only-predictions", *arguments.options])
    positions = ",".join(str(place + 1) for place, _ in enumerate(arguments.features.split(",")))
    result = subprocess.run([*line, "--features", positions], input=empty.encode(), capture_output=True)
    check(result.returncode, result.stderr)
    return result.stdout.decode().strip()


def check(code, messages):
    if code != 0:
        raise RuntimeError(f"reg-predict ended with {code}: {messages.decode(errors='replace').strip()}")


if __name__ == "__main__":
    main()
