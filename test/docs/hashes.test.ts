import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

/** What is deployed or reads its data. */
const FOLDERS = ["adapters", "cli", "console", "engine", "features", "handlers", "lambda"];

/** Every hash without a key, and what it is of: nothing that anybody keeps, or sends, of a person. */
const UNKEYED: Readonly<Record<string, string>> = {
  "adapters/aws/credentials-secret.ts": "ids of a secret's versions",
  "adapters/aws/credentials.ts": "passwords, for a comparison in constant time",
  "adapters/aws/objects.ts": "what the archive of the audit trail gets, for S3 to check: it names no person",
  "adapters/graph/sign-in.ts": "the application's certificate",
  "adapters/http/outbound.ts": "a client certificate",
  "adapters/mail/mail-sending.ts": "an event's id, itself a keyed hash or random, with a reader of its mail; for 30 days",
  "adapters/tables/item.ts": "a row, or the rows that an edit would change, in the form of an operator who sees them",
  "console/style/style.ts": "style sheets",
  "engine/sign-up/call.ts": "a decision's or request's id, which is a keyed hash",
  "features/access-list/verbs/list-file.ts": "a whole file of many rows, in its change set until all of it is written",
  "features/audit/chain.ts": "entries of the audit trail; what they say of a person has a random salt, which is erased with it",
  "features/backup/verbs/backup.ts": "a whole backup, inside it",
  "features/backup/verbs/read-backup.ts": "a whole backup, inside it",
  "features/counts/store/counted-rows.ts": "numbers of a stream's records",
  "features/entra/verbs/roles/tenant.ts": "a stack's name and region",
  "features/terms/stack/policy.ts": "terms, which everybody reads",
};

it("data about a person is hashed only with a key, so that nobody can test a guess against the hash", () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file.replaceAll("\\", "/")}`),
  );
  const hashing = files.filter(
    (file) => /\.tsx?$/.test(file) && /\bcreateHash\(|subtle\.digest\(|crypto\.hash\(/.test(readFileSync(join(packageRoot, file), "utf8")),
  );
  expect(hashing.sort()).toEqual(Object.keys(UNKEYED));
});
