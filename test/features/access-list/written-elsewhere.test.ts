import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { toRow } from "../../../adapters/tables/item";
import { findKeyAndProblems } from "../../../features/access-list/hygiene";
import { describeRowProblems } from "../../../features/access-list/problem-texts";
import { isLive, readRow } from "../../../features/access-list/row";

const NOW = new Date("2026-06-15T12:00:00Z");

interface Written {
  readonly tool: string;
  readonly as: string;
  readonly cells: Record<string, AttributeValue>;
  /** What is said of the row. Undefined if it reads as its writer means it. */
  readonly says?: string;
  /** The gates and the end of a row that can be read. */
  readonly read?: object;
}

const END = "2027-01-31T12:00:00Z";
const AT = Date.parse(END);
const NO_GATES = "gates is an empty cell: remove it to mean every gate";
const NO_ISSUER = "issuer is an empty cell: remove it to mean every provider";
const NO_END = "expiresAt is an empty cell: remove it to mean no end";
const EARLY = "expiresAt is before the year 2000";
/** `google.com` and `default` in base64, as DynamoDB sends binary cells. */
const binary = { B: "Z29vZ2xlLmNvbQ==" as unknown as Uint8Array };
const binarySet = { BS: ["ZGVmYXVsdA=="] as unknown as Uint8Array[] };
const BOTO3 = "boto3 1.26.27 and 1.43.11, Table.put_item";
const GO = "aws-sdk-go-v2 attributevalue 1.12, by its source";
const JAVA = "Java, enhanced client 2.15, by its source";

// Other tools' forms of one cell. Rows of boto3 were written by it. Those of Go and Java follow the sources of the encoder and of the
// converters of Instant, ZonedDateTime and Set; nobody has run them here.
const written: readonly Written[] = [
  { tool: "DynamoDB console, form", as: "a text that was left empty", cells: { issuer: { S: "" } }, says: NO_ISSUER },
  { tool: "DynamoDB console, form", as: "a null", cells: { gates: { NULL: true } }, says: NO_GATES },
  {
    tool: "DynamoDB console, form",
    as: "a string set",
    cells: { gates: { SS: ["partners", "default"] } },
    read: { gates: ["default", "partners"] },
  },
  { tool: "DynamoDB console, form", as: "a list", cells: { gates: { L: [{ S: "partners" }] } }, read: { gates: ["partners"] } },
  { tool: "DynamoDB console, form", as: "an empty list", cells: { gates: { L: [] } }, says: NO_GATES },
  { tool: "DynamoDB console, form", as: "a list of an empty text", cells: { gates: { L: [{ S: "" }] } }, says: NO_GATES },
  {
    tool: "DynamoDB console, form",
    as: "a map",
    cells: { gates: { M: { partners: { BOOL: true } } } },
    says: "gates is not names of gates",
  },
  { tool: "DynamoDB console, form", as: "a number set", cells: { gates: { NS: ["1"] } }, says: "gates is not names of gates" },
  { tool: "DynamoDB console, form", as: "a binary", cells: { issuer: binary }, says: "issuer is not a provider's name" },
  {
    tool: "DynamoDB console, JSON",
    as: "DynamoDB's own JSON, within a map",
    cells: { expiresAt: { M: { S: { S: END } } } },
    says: "expiresAt is not a date",
  },
  { tool: "AWS CLI 2, put-item", as: "epoch seconds", cells: { expiresAt: { N: "1801396800" } }, read: { expiresAt: AT } },
  {
    tool: "AWS CLI 2, put-item",
    as: "seconds with a fraction, of date +%s.%N",
    cells: { expiresAt: { N: "1801396800.25" } },
    read: { expiresAt: AT + 250 },
  },
  { tool: "AWS CLI 2, put-item", as: "an exponent", cells: { expiresAt: { N: "1.8013968E9" } }, read: { expiresAt: AT } },
  { tool: "@aws-sdk/util-dynamodb 3.996.9", as: "Date.now()", cells: marshall({ expiresAt: AT }), says: "expiresAt is in milliseconds" },
  { tool: "@aws-sdk/util-dynamodb 3.996.9", as: "a bigint", cells: marshall({ expiresAt: BigInt(AT / 1_000) }), read: { expiresAt: AT } },
  { tool: "@aws-sdk/util-dynamodb 3.996.9", as: "a Set", cells: marshall({ gates: new Set(["partners"]) }), read: { gates: ["partners"] } },
  {
    tool: "@aws-sdk/util-dynamodb 3.996.9",
    as: "an empty Set, with convertEmptyValues",
    cells: marshall({ gates: new Set() }, { convertEmptyValues: true }),
    says: NO_GATES,
  },
  {
    tool: "@aws-sdk/util-dynamodb 3.996.9",
    as: "an empty text, with convertEmptyValues",
    cells: marshall({ issuer: "" }, { convertEmptyValues: true }),
    says: NO_ISSUER,
  },
  {
    tool: "@aws-sdk/util-dynamodb 3.996.9",
    as: "a Date, with convertClassInstanceToMap: an empty map",
    cells: marshall({ expiresAt: new Date(AT) }, { convertClassInstanceToMap: true }),
    says: "expiresAt is not a date",
  },
  {
    tool: "@aws-sdk/util-dynamodb 3.996.9",
    as: "a list of undefined, with removeUndefinedValues",
    cells: marshall({ gates: [undefined] }, { removeUndefinedValues: true }),
    says: NO_GATES,
  },
  {
    tool: "@aws-sdk/util-dynamodb 3.996.9",
    as: "undefined, with removeUndefinedValues",
    cells: marshall({ issuer: undefined }, { removeUndefinedValues: true }),
    read: {},
  },
  { tool: BOTO3, as: "None", cells: { expiresAt: { NULL: true } }, says: NO_END },
  {
    tool: BOTO3,
    as: "Decimal(time.time())",
    cells: { expiresAt: { N: "1801396800.099999904632568359375" } },
    read: { expiresAt: AT + 100 },
  },
  { tool: BOTO3, as: "a Decimal with an exponent", cells: { expiresAt: { N: "1.8013968E+9" } }, read: { expiresAt: AT } },
  {
    tool: BOTO3,
    as: "strftime with %z",
    cells: { expiresAt: { S: "2027-01-31T12:00:00+0000" } },
    read: { expiresAt: AT },
  },
  { tool: BOTO3, as: "datetime.min.isoformat()", cells: { expiresAt: { S: "0001-01-01T00:00:00" } }, says: EARLY },
  { tool: BOTO3, as: "a frozenset", cells: { gates: { SS: ["partners"] } }, read: { gates: ["partners"] } },
  { tool: BOTO3, as: "True", cells: { gates: { BOOL: true } }, says: "gates is not names of gates" },
  { tool: BOTO3, as: "an empty text", cells: { issuer: { S: "" } }, says: NO_ISSUER },
  {
    tool: BOTO3,
    as: "datetime.isoformat()",
    cells: { expiresAt: { S: "2027-01-31T12:00:00.250000+00:00" } },
    read: { expiresAt: AT + 250 },
  },
  {
    tool: BOTO3,
    as: "str(datetime)",
    cells: { expiresAt: { S: "2027-01-31 12:00:00+00:00" } },
    says: "expiresAt is not written as",
  },
  { tool: BOTO3, as: "bytes", cells: { gates: binary }, says: "gates is not names of gates" },
  {
    tool: BOTO3,
    as: "a bytearray",
    cells: { issuer: { B: "Z29vZ2xl" as unknown as Uint8Array } },
    says: "issuer is not a provider's name",
  },
  { tool: BOTO3, as: "a set of bytes", cells: { gates: binarySet }, says: "gates is not names of gates" },
  {
    tool: BOTO3,
    as: "a list of bytes",
    cells: { gates: { L: [{ B: "c3VwcGxpZXJz" as unknown as Uint8Array }] } },
    says: "gates is not names of gates",
  },
  { tool: BOTO3, as: "a tuple", cells: { gates: { L: [{ S: "partners" }] } }, read: { gates: ["partners"] } },
  {
    tool: GO,
    as: "a time.Time",
    cells: { expiresAt: { S: "2027-01-31T21:00:00.25+09:00" } },
    read: { expiresAt: AT + 250 },
  },
  {
    tool: GO,
    as: "a zero time.Time, even with omitempty",
    cells: { expiresAt: { S: "0001-01-01T00:00:00Z" } },
    says: EARLY,
  },
  { tool: GO, as: "a zero time.Time with unixtime", cells: { expiresAt: { N: "-62135596800" } }, says: EARLY },
  { tool: GO, as: "an int64 of 0", cells: { expiresAt: { N: "0" } }, says: EARLY },
  { tool: GO, as: "a nil slice, pointer or empty stringset", cells: { gates: { NULL: true } }, says: NO_GATES },
  { tool: GO, as: "an empty string", cells: { issuer: { S: "" } }, says: NO_ISSUER },
  { tool: GO, as: "a []string", cells: { gates: { L: [{ S: "partners" }] } }, read: { gates: ["partners"] } },
  {
    tool: JAVA,
    as: "an Instant",
    cells: { expiresAt: { S: "2027-01-31T12:00:00.250Z" } },
    read: { expiresAt: AT + 250 },
  },
  {
    tool: JAVA,
    as: "a ZonedDateTime",
    cells: { expiresAt: { S: "2027-01-31T21:00+09:00[Asia/Seoul]" } },
    says: "expiresAt is not written as",
  },
  { tool: JAVA, as: "a Set<String>", cells: { gates: { SS: ["partners"] } }, read: { gates: ["partners"] } },
  { tool: JAVA, as: "a null in a document", cells: { issuer: { NULL: true } }, says: NO_ISSUER },
];

describe.each(["allow", "deny"])("in a row of effect %s", (effect) => {
  it.each(written)(
    "$tool: a cell written as $as is read as meant; an unreadable one voids an allow, but not a deny",
    ({ cells, says, read }) => {
      const row = toRow({ entry: { S: "contoso.com" }, effect: { S: effect }, ...cells });
      const { problems } = findKeyAndProblems(row);
      if (says === undefined) expect(problems).toEqual([]);
      else expect(describeRowProblems(problems)).toContain(says);
      expect(isLive(readRow(row), NOW)).toBe(effect === "deny" || says === undefined);
      if (says === undefined) expect(readRow(row)).toEqual({ effect, void: false, problems: [], ...read });
      else expect(readRow(row)).toEqual({ effect, void: effect === "allow", problems: [expect.anything()] });
    },
  );
});

it.each<{ tool: string; as: string; cell: AttributeValue }>([
  { tool: "DynamoDB console, form", as: "a boolean", cell: { BOOL: true } },
  { tool: "DynamoDB console, form", as: "an empty text", cell: { S: "" } },
  { tool: GO, as: "a nil pointer", cell: { NULL: true } },
  { tool: BOTO3, as: "bytes", cell: { B: new TextEncoder().encode("allow") } },
  { tool: BOTO3, as: "a set", cell: { SS: ["allow"] } },
  { tool: JAVA, as: "a list", cell: { L: [{ S: "allow" }] } },
  { tool: "AWS CLI 2, put-item", as: "a number", cell: { N: "1" } },
])("$tool: an effect written as $as denies", ({ cell }) => {
  const row = toRow({ entry: { S: "contoso.com" }, effect: cell });
  expect(readRow(row)).toMatchObject({ effect: "deny", void: false });
  expect(describeRowProblems(findKeyAndProblems(row).problems)).toBe("effect is none of allow, approval and deny: it denies");
});
