#!/usr/bin/env bash
# Of too many attributes OpenTelemetry for Python drops the first, and OpenTelemetry for JavaScript the last.
#
# Seen with opentelemetry-sdk 1.45.2 and @opentelemetry/sdk-trace-base 2.12.1. A span has room for 128 attributes; one that does not fit is to be discarded, says
# the specification. In Python it pushes out the oldest, which is what was known when the work began: whose request it is, its kind, its channel. Then
# a collector that looks for the request finds the spans of one language and not those of the other, and no code has changed but that somebody
# adds many attributes later on. Both count what they have dropped and send it along.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2 opentelemetry-api==1.45.2
cd "$work"
npm install --silent --no-audit --no-fund @opentelemetry/sdk-trace-base@2.12.1 @opentelemetry/api@1
"$work/venv/bin/python" - >python.txt <<'PYTHON'
import logging

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

logging.disable()  # of one warning for each
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
with provider.get_tracer("finding").start_as_current_span("message") as span:
    span.set_attribute("request", "01")
    for number in range(130):
        span.set_attribute(f"detail {number}", number)
(span,) = exporter.get_finished_spans()
names = list(span.attributes)
print(f"{len(names)} attributes, {names[0]} to {names[-1]}, {span.dropped_attributes} dropped")
PYTHON
node - >javascript.txt <<'JAVASCRIPT'
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-base");

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const span = provider.getTracer("finding").startSpan("message");
span.setAttribute("request", "01");
for (let number = 0; number < 130; number++) span.setAttribute(`detail ${number}`, number);
span.end();
const [{ attributes, droppedAttributesCount }] = exporter.getFinishedSpans();
const names = Object.keys(attributes);
console.log(`${names.length} attributes, ${names[0]} to ${names.at(-1)}, ${droppedAttributesCount} dropped`);
JAVASCRIPT
head python.txt javascript.txt
grep -qx "128 attributes, detail 2 to detail 129, 3 dropped" python.txt && grep -qx "128 attributes, request to detail 126, 3 dropped" javascript.txt
echo "as described"
