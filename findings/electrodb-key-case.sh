#!/usr/bin/env bash
# npm's electrodb 3.9.3 writes keys in lower case unless an index says { casing: "none" }: two accounts whose ids differ by case alone, as
# OpenID Connect lets ids (sub) do, are one row, so that a put for one replaces the other. A key that is a plain attribute loses its case, too.
# Seen:
#   AbC: $account_1#id_abc
#   aBc: $account_1#id_abc
#   plain: issuer:line.me/abc
#   casing none: $account_1#id_AbC
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts electrodb@3.9.3 @aws-sdk/client-dynamodb@3.1169.0 @aws-sdk/lib-dynamodb@3.1169.0
cat >keys.cjs <<'JS'
const { Entity } = require("electrodb");
const model = { entity: "account", version: "1", service: "gate" };
const accounts = (casing) =>
  new Entity(
    {
      model,
      attributes: { provider: { type: "string" }, id: { type: "string" } },
      indexes: { account: { pk: { field: "pk", composite: ["provider"] }, sk: { field: "sk", composite: ["id"], ...casing } } },
    },
    { table: "accounts" },
  );
const entries = new Entity(
  { model, attributes: { entry: { type: "string" } }, indexes: { entry: { pk: { field: "entry", composite: ["entry"] } } } },
  { table: "list" },
);
for (const id of ["AbC", "aBc"]) console.log(`${id}: ${accounts().put({ provider: "line.me", id }).params().Item.sk}`);
console.log(`plain: ${entries.put({ entry: "issuer:line.me/AbC" }).params().Item.entry}`);
console.log(`casing none: ${accounts({ casing: "none" }).put({ provider: "line.me", id: "AbC" }).params().Item.sk}`);
JS
cat >expected.txt <<'TEXT'
AbC: $account_1#id_abc
aBc: $account_1#id_abc
plain: issuer:line.me/abc
casing none: $account_1#id_AbC
TEXT
node keys.cjs 2>/dev/null | tee seen.txt
diff expected.txt seen.txt
