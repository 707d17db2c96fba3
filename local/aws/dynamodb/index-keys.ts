import database, { type KeyValidation, type Refusal, type Table } from "dynalite/db/index.js";
import querying from "dynalite/validations/query.js";

const { validateItem, validateKey, validateUpdates } = database;

const NOT_VALID = "One or more parameter values are not valid. ";
const CANNOT_BE_EMPTY = "The AttributeValue for a key attribute cannot contain an empty";
const BAD_UPDATE = "The update expression attempted to update";

const { custom: checkQuery } = querying;
/** AWS refuses an attribute with an empty name too, but does not document the message. */
const EMPTY_NAME = "One or more parameter values were invalid: The name of an attribute cannot be empty";

/** Makes dynalite refuse keys that AWS refuses: empty or too long index keys, empty keys in a query, attributes without a name. */
export function checkIndexKeys(): void {
  database.validateItem = (item, table) => refuseEmptyName(item) ?? validateItem(item, table) ?? badIndexKey(item, table, putError);
  database.validateUpdates = (updates, parsedUpdates, table) =>
    refuseEmptyName(updates ?? {}) ??
    validateUpdates(updates, parsedUpdates, table) ??
    badIndexKey(updatedValues(updates, parsedUpdates), table, updateError);
  querying.custom = (data, store) => checkQuery(data, store) ?? findEmptyCondition(data);
  database.validateKey = (key, table, schema) => {
    const refusal = validateKey(key, table, schema);
    const [, empty] = /(The AttributeValue for a key attribute cannot contain an empty .*)/.exec(refusal?.body?.message ?? "") ?? [];
    return empty === undefined ? refusal : database.validationError(NOT_VALID + empty);
  };
}

function refuseEmptyName(names: object): Refusal | undefined {
  return Object.hasOwn(names, "") ? database.validationError(EMPTY_NAME) : undefined;
}

/** A parsed query. `KeyConditions` is by the attribute's name. */
interface QueryData {
  readonly IndexName?: string;
  readonly KeyConditions?: Readonly<Record<string, { readonly AttributeValueList?: readonly Readonly<Record<string, unknown>>[] }>>;
}

function findEmptyCondition({ IndexName, KeyConditions = {} }: QueryData): string | undefined {
  for (const [name, { AttributeValueList = [] }] of Object.entries(KeyConditions)) {
    const value = AttributeValueList.find(({ S, B }) => S === "" || B === "");
    if (value === undefined) continue;
    const type = value.S === "" ? "S" : "B";
    if (IndexName !== undefined) return putError({ name, type, index: IndexName }, { empty: true, text: "" });
    return `${NOT_VALID}${CANNOT_BE_EMPTY} ${toKind(type)} value. Key: ${name}`;
  }
  return undefined;
}

/** True for an empty key or attribute name: AWS then refuses a transaction before it begins. Any other refusal cancels the transaction. */
export function isEmptyKey(refusal: Refusal): boolean {
  const { message } = refusal.body ?? {};
  return message === EMPTY_NAME || (message?.includes(CANNOT_BE_EMPTY) ?? false);
}

type Values = Parameters<KeyValidation>[0];

function updatedValues(updates: Parameters<typeof validateUpdates>[0], parsedUpdates: Parameters<typeof validateUpdates>[1]): Values {
  const values: Record<string, Values[string]> = {};
  for (const [name, { Value }] of Object.entries(updates ?? {})) if (Value !== undefined) values[name] = Value;
  for (const { path, val } of parsedUpdates?.sections ?? []) {
    if (path.length === 1 && isLiteral(val)) values[String(path[0])] = val;
  }
  return values;
}

function isLiteral(value: unknown): value is Values[string] {
  return typeof value === "object" && value !== null && ("S" in value || "B" in value);
}

interface IndexKey {
  readonly name: string;
  readonly type: string;
  readonly index: string;
}

type ErrorText = (key: IndexKey, fault: { readonly empty: boolean; readonly text: string }) => string;

const putError: ErrorText = ({ name, type, index }, { empty, text }) =>
  empty
    ? `${NOT_VALID}A value specified for a secondary index key is not supported. ${CANNOT_BE_EMPTY} ${toKind(type)} value. IndexName: ${index}, IndexKey: ${name}`
    : text;

const updateError: ErrorText = ({ type }, { empty }) =>
  empty
    ? `${NOT_VALID}${BAD_UPDATE} a secondary index key to a value that is not supported. ${CANNOT_BE_EMPTY} ${toKind(type)} value.`
    : `One or more parameter values were invalid: ${BAD_UPDATE} the secondary index key beyond allowed size limits`;

const toKind = (type: string) => (type === "S" ? "string" : "binary");

function badIndexKey(item: Values, table: Table, textOf: ErrorText): Refusal | undefined {
  return database.traverseIndexes(table, (name, type, { IndexName, KeySchema }) => {
    const value = item[name] as Readonly<Record<string, unknown>> | undefined;
    if (value?.[type] === undefined || type === "N") return undefined;
    const isHash = KeySchema[0]?.AttributeName === name;
    const refusal = database.validateKeyPiece(item, name, type, isHash);
    if (refusal === undefined || refusal === null) return undefined;
    const fault = { empty: value[type] === "", text: refusal.body?.message ?? "" };
    return database.validationError(textOf({ name, type, index: IndexName }, fault));
  });
}
