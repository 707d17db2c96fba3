import { type IncomingMessage, request as send } from "node:http";
import { text } from "node:stream/consumers";
import { readStatement, type StatementInput, type WriteStatement } from "../../local/aws/dynamodb/statements";

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** What the engine takes in one transaction; AWS takes 100 since September 2022. */
const MOST_TRANSACTED = 10;

/** Stands for an empty string, which AWS takes since May 2020 and the engine, a little older, does not. */
const EMPTY = '"S":"\\u0000"';

interface Asked {
  readonly TableName: string;
  readonly KeySchema?: readonly { readonly AttributeName: string }[];
  readonly Item?: Readonly<Record<string, unknown>>;
  readonly Key?: Readonly<Record<string, unknown>>;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly Statements?: readonly StatementInput[];
  readonly TransactItems?: readonly object[];
}

interface ItemWrite {
  readonly operation: "PutItem" | "UpdateItem" | "DeleteItem";
  readonly input: { readonly TableName: string; readonly Key?: object };
}

/** One statement as the older API has it. @param keys of the tables */
function writeOf(
  { kind, table: TableName, set, remove, equal, missing }: WriteStatement,
  keys: ReadonlyMap<string, readonly string[]>,
): ItemWrite {
  const key = keys.get(TableName) ?? [];
  const is = Object.entries(equal).map(([column, Value]) => [column, { ComparisonOperator: "EQ", AttributeValueList: [Value] }] as const);
  const absent = (kind === "insert" ? key.slice(0, 1) : missing).map((column) => [column, { ComparisonOperator: "NULL" }] as const);
  const Expected = Object.fromEntries([...is, ...absent]);
  if (kind === "insert") return { operation: "PutItem", input: { TableName, Item: set, Expected } as ItemWrite["input"] };
  const Key = Object.fromEntries(key.map((column) => [column, equal[column]]));
  if (kind === "delete") return { operation: "DeleteItem", input: { TableName, Key, Expected } as ItemWrite["input"] };
  const puts = Object.entries(set).map(([column, Value]) => [column, { Action: "PUT", Value }] as const);
  const AttributeUpdates = Object.fromEntries([...puts, ...remove.map((column) => [column, { Action: "DELETE" }] as const)]);
  return { operation: "UpdateItem", input: { TableName, Key, AttributeUpdates, Expected } as ItemWrite["input"] };
}

/**
 * Hands calls to DynamoDB Local under another access key, by which it keeps tables apart; it checks no signature. What AWS
 * has learnt since the engine was made is put in: empty strings, the row that a failed condition met, and statements.
 */
export function passage(engine: URL, key: string): (request: IncomingMessage, body: string) => Promise<Reply> {
  const keys = new Map<string, readonly string[]>();

  async function ask({ method = "POST", url = "/", headers }: IncomingMessage, body: string, target?: string): Promise<Reply> {
    const sent = Buffer.from(body.replaceAll('"S":""', EMPTY));
    const { "content-length": _, ...others } = headers;
    const call = send(new URL(url, engine), {
      method,
      headers: {
        ...others,
        ...(target !== undefined && { "x-amz-target": target }),
        host: engine.host,
        "content-length": sent.length,
        authorization: headers.authorization?.replace(/Credential=[^/]+/, `Credential=${key}`),
      },
    });
    call.end(sent);
    const reply = await new Promise<IncomingMessage>((resolve, reject) => call.on("response", resolve).on("error", reject));
    return { status: reply.statusCode ?? 500, body: (await text(reply)).replaceAll(EMPTY, '"S":""') };
  }

  /** Each statement as the write of one item that it stands for, with its condition; answered as BatchExecuteStatement answers. */
  async function execute(request: IncomingMessage, statements: readonly StatementInput[]): Promise<Reply> {
    const Responses = await Promise.all(
      statements.map(async (each) => {
        const { operation, input } = writeOf(readStatement(each), keys);
        const reply = await ask(request, JSON.stringify(input), `DynamoDB_20120810.${operation}`);
        if (reply.status === 200) return {};
        const { __type = "", message: Message = "" } = JSON.parse(reply.body) as { __type?: string; message?: string };
        const name = __type.split("#").at(-1) ?? "";
        const isDelete = operation === "DeleteItem" && name === "ConditionalCheckFailedException";
        // To delete what is not there is no failure.
        if (isDelete && (await itemAt(request, input.TableName, input.Key as Asked["Key"])) === undefined) return {};
        const isTaken = operation === "PutItem" && name === "ConditionalCheckFailedException";
        return { Error: { Code: isTaken ? "DuplicateItem" : name.replace(/Exception$/, ""), Message } };
      }),
    );
    return { status: 200, body: JSON.stringify({ Responses }) };
  }

  /** As several transactions, which is enough for suites in which none of the later ones is refused. */
  async function transact(request: IncomingMessage, items: readonly object[]): Promise<Reply> {
    if (items.length > 100) return { status: 400, body: '{"__type":"com.amazon.coral.validate#ValidationException"}' };
    let reply: Reply = { status: 200, body: "{}" };
    for (let at = 0; at < items.length && reply.status === 200; at += MOST_TRANSACTED)
      reply = await ask(request, JSON.stringify({ TransactItems: items.slice(at, at + MOST_TRANSACTED) }));
    return reply;
  }

  async function itemAt(request: IncomingMessage, TableName: string, Key: Asked["Key"]): Promise<object | undefined> {
    const found = await ask(request, JSON.stringify({ TableName, Key, ConsistentRead: true }), "DynamoDB_20120810.GetItem");
    return (JSON.parse(found.body) as { Item?: object }).Item;
  }

  return async (request, body) => {
    const asked = JSON.parse(body) as Asked;
    if (asked.Statements !== undefined) return await execute(request, asked.Statements);
    if ((asked.TransactItems?.length ?? 0) > MOST_TRANSACTED) return await transact(request, asked.TransactItems ?? []);
    if (asked.KeySchema !== undefined)
      keys.set(
        asked.TableName,
        asked.KeySchema.map(({ AttributeName }) => AttributeName),
      );
    const reply = await ask(request, body);
    const isAsked = asked.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && reply.body.includes("ConditionalCheckFailedException");
    if (!isAsked) return reply;
    const names = keys.get(asked.TableName) ?? [];
    const Key = asked.Key ?? Object.fromEntries(names.map((name) => [name, asked.Item?.[name]]));
    const Item = await itemAt(request, asked.TableName, Key);
    return { ...reply, body: JSON.stringify({ ...(JSON.parse(reply.body) as object), ...(Item && { Item }) }) };
  };
}
