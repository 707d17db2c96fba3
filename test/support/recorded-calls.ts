import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { apiConnector } from "../../engine/protocols/api-connector";
import type { Parsed } from "../../engine/protocols/dialect";
import { type Step, steps } from "../../engine/sign-up/sign-up";
import type { CallForm, Recording } from "../../features/doctor/verbs/record/recording";
import { customExtension } from "../../features/external-tenant/extension";
import { extensionRoutes } from "../../features/external-tenant/extension-caller";

const FOLDER = join(__dirname, "..", "fixtures", "recorded");

/** What `probe --record` kept, here or elsewhere: add a file that somebody sends, and it is replayed. */
export const recordings: readonly (readonly [file: string, Recording])[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as Recording]);

/** Each call of each of them, with a title. */
export const recordedCalls = recordings.flatMap(([file, { calls }]) =>
  calls.map((call, index) => ({ title: `${file}, call ${index + 1}: ${call.path}`, call })),
);

/** Reads a recorded call as the gate does. */
export function replayed({ path, contentType, body }: CallForm): Parsed {
  const name = path.split("/").at(-1) ?? "";
  const event = steps.find((step) => extensionRoutes[step] === name);
  const { data } = body as { readonly data?: { readonly tenantId?: string } };
  const dialect = event === undefined ? apiConnector : customExtension({ tenantId: data?.tenantId ?? "" });
  return dialect.parse({ contentType, body: JSON.stringify(body) }, event ?? (name as Step));
}
