import type { StandardSchemaV1 } from "@standard-schema/spec";
import { UpstreamError } from "../../../engine/sign-up/upstream";
import { jsonOf, type OutboundResponse } from "../../http/outbound";

/** An answer's JSON as the schema reads it. Throws UpstreamError, with the place that the schema refuses and not with its value. */
export async function readBy<Schema extends StandardSchemaV1>(
  schema: Schema,
  name: string,
  response: OutboundResponse,
): Promise<StandardSchemaV1.InferOutput<Schema>> {
  const result = await schema["~standard"].validate(jsonOf(name, response));
  if (result.issues === undefined) return result.value as StandardSchemaV1.InferOutput<Schema>;
  const place = placeOf(result.issues[0]?.path);
  // What the schema says of it would quote it.
  throw new UpstreamError({ service: name, kind: "unexpected", status: response.status, ...(place !== "" && { at: place }) });
}

/** "partner.seats[]". Whatever is not plainly the name of a member may be a value of somebody's: it is told as "*". */
function placeOf(path: StandardSchemaV1.Issue["path"] = []): string {
  const keys = path.map((each) => (typeof each === "object" ? each.key : each));
  const words = keys.map((key) => (typeof key === "number" ? "[]" : `.${/^[a-z_]\w{0,39}$/i.test(String(key)) ? String(key) : "*"}`));
  return words.join("").replace(/^\./, "");
}
