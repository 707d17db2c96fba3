#!/usr/bin/env bash
# npm's cloudevents 10.0.0 puts texts into headers as they are, where the HTTP binding of CloudEvents 1.0.2 (3.1.3.2) wants percent-encoding of all but
# printable ASCII: fetch sends no event with a Korean subject. What another SDK has encoded as the binding says, it does not decode.
# Seen:
#   ce-subject: 김철수
#   fetch: TypeError
#   read: %EA%B9%80%EC%B2%A0%EC%88%98
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts cloudevents@10.0.0
cat >send.mjs <<'JS'
import { CloudEvent, HTTP } from "cloudevents";
const { headers, body } = HTTP.binary(new CloudEvent({ id: "1", source: "gate", type: "sign-up", subject: "김철수", data: {} }));
console.log(`ce-subject: ${headers["ce-subject"]}`);
try {
  new Request("https://contoso.example/", { method: "POST", headers, body });
} catch (error) {
  console.log(`fetch: ${error.name}`);
}
const sent = { "ce-id": "1", "ce-source": "gate", "ce-type": "sign-up", "ce-specversion": "1.0", "ce-subject": encodeURIComponent("김철수") };
console.log(`read: ${HTTP.toEvent({ headers: { ...sent, "content-type": "application/json" }, body: "{}" }).subject}`);
JS
cat >expected.txt <<'TEXT'
ce-subject: 김철수
fetch: TypeError
read: %EA%B9%80%EC%B2%A0%EC%88%98
TEXT
node send.mjs | tee seen.txt
diff expected.txt seen.txt
