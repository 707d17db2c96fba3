import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import { changePublisher, kindOfChange } from "../../adapters/publish-changes";
import { type Read, streamReader } from "../../adapters/stream-reader";
import { type Item, toRow } from "../../adapters/tables/item";
import type { World } from "../../adapters/world";
import { RESTORED_ATTRIBUTE } from "../../engine/columns";
import { time } from "../../engine/fields";
import { changeAuditor } from "../audit/store/change-auditor";
import { auditStore } from "../audit/store/trail";
import { deliveryAuditor } from "../audit/worker";
import { events as eventKinds } from "../lists/events";
import { tokenNotes } from "../lists/token-notes";
import { getRowKind } from "../row-kinds";

const publishedTables = ["decisions", "accounts", "listChanges"] as const;

/** The handler also writes operators' changes in the table of decisions into the audit log. */
export function decisionPublisherHandler(world: Pick<World, "settings" | "tables" | "secrets" | "bus" | "clock" | "log">) {
  const publish = changePublisher(world, publishedTables, { rowKindOf: getRowKind, eventKinds });
  const { settings, tables, secrets, clock } = world;
  const auditTable = settings[environment.auditTable];
  const hashes = () => personHash(secrets, requireVariable(environment.personKeySecret, settings), clock)();
  // The audit log's own reader audits changes of the other tables.
  const audit =
    auditTable &&
    deliveryAuditor(
      clock,
      changeAuditor({ trail: auditStore(tables, auditTable, hashes), hashes }),
      ({ dynamodb }: DynamoDBRecord) => dynamodb !== undefined && kindOfChange(dynamodb, ["decisions"], getRowKind)?.audited !== undefined,
    );

  const notes = (tokenNotes as readonly ((world: NotingWorld) => TokenNote | undefined)[]).flatMap((makeNote) => makeNote(world) ?? []);

  const readStream = streamReader(world, "decision-publisher", async (delivery) => {
    await publish(delivery);
    const newest = new Map<string, Read<Token>>();
    for (const read of notes.length === 0 ? [] : delivery.read(readToken)) newest.set(read.value.userId, read);
    const keep = async ({ userId, at }: Token) => {
      for (const note of notes) await note(userId, at);
    };
    await delivery.each([...newest.values()], keep, ({ userId }) => userId);
    // The audit log comes last, because each of its entries must be written only once. If a delivery is repeated, only its events are
    // published again, with the same ids.
    if (audit) await audit(delivery);
  });
  return composeHandler(world, readStream);
}

type NotingWorld = Pick<World, "settings" | "tables" | "clock">;
type TokenNote = (userId: string, at: string) => Promise<void>;

const tokenColumns = v.object({ step: v.literal("before-sending-token"), userId: v.string(), at: time() });
type Token = v.InferOutput<typeof tokenColumns>;

/** Undefined for a row of another kind, of another step, from a backup, or that names no account. */
function readToken({ dynamodb }: DynamoDBRecord): Token | undefined {
  const image = dynamodb?.NewImage as Item | undefined;
  if (image?.userId === undefined || RESTORED_ATTRIBUTE in image || getRowKind("decisions", image)?.under !== undefined) return undefined;
  const row = toRow(image);
  return v.is(tokenColumns, row) ? row : undefined;
}
