import type { Ports } from "../../../engine/sign-up/ports";
import { recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { Context, Row, Services } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { Fields, IdentityVerifier, Verification } from "../../../engine/sign-up/source";
import type { Put } from "../../../engine/sign-up/verdict";
import { person } from "../../engine/sign-up/people";

export const VERIFIED: Verification = { kind: "verified", vendorReference: "4711", code: "id.success" };
export const REFUTED: Verification = { kind: "refuted", code: "id.failure" };
export const UNAVAILABLE: Verification = { kind: "unavailable", upstreamFailure: { service: "acme", kind: "throttled", status: 429 } };

/** Kim, who gives this surname. */
export function kim(surname = "Kim", changes: Partial<SignUp> = {}): SignUp {
  return person({ attributes: { givenName: "Minsu", surname }, ...changes });
}

export interface FakeVerifier extends IdentityVerifier {
  /** What it was asked, in order. */
  readonly asked: { readonly fields: Fields; readonly reference: string }[];
}

/** A vendor called acme, which needs a first and a last name. */
export function acme(
  verify: (fields: Fields, context: Context, count: number) => Promise<Verification> | Verification = () => VERIFIED,
): FakeVerifier {
  const asked: FakeVerifier["asked"] = [];
  return {
    name: "acme",
    uses: [{ service: "acme" }],
    asked,
    fieldsOf({ attributes: { givenName, surname } }) {
      if (!givenName) return { problems: [{ attribute: "givenName", reason: "attribute.missing" }] };
      return { fields: { first: String(givenName), last: String(surname) } };
    },
    async verify(fields, reference, context) {
      asked.push({ fields, reference });
      return await verify(fields, context, asked.length);
    },
  };
}

export const hang = () => new Promise<never>(() => undefined);

/** A table in memory, with conditions. */
export function memoryLedger(): Pick<Ports, "read"> & Pick<Services, "write"> & { readonly rows: Map<string, Row> } {
  const rows = new Map<string, Row>();
  return {
    rows,
    read: async (keys) => rowsUnder(keys, rows),
    async write(write) {
      const { table, item, condition } = write as Put;
      const id = recordId({ table, key: { id: String(item.id) } });
      const current = rows.get(id);
      const holds =
        condition === "absent"
          ? current === undefined
          : current !== undefined && Object.entries(condition).every(([name, value]) => current[name] === value);
      if (holds) rows.set(id, item);
      return holds;
    },
  };
}
