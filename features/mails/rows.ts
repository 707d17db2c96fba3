import type { AwsClient } from "../../adapters/aws/client";
import { ABOUT_PREFIX, BACK_PREFIX, FORGOTTEN_PREFIX, markForgotten, SENT_PREFIX } from "../../adapters/mail/mail-states";
import { WAITING_PREFIX } from "../../adapters/mail/waiting-mails";
import { beginning } from "../../adapters/tables/conditions";
import { type Item, toItem } from "../../adapters/tables/item";
import { isPersons, type PersonNames, type RowKind, usedRows } from "../../adapters/tables/row-kind";
import { readPages } from "../../adapters/tables/search";
import { type DynamoTable, deleteItem, equal, getItem, updateItem } from "../../adapters/tables/table";
import { tables } from "../../adapters/tables/tables";
import { omit } from "../../engine/collections";
import type { DomainEvent, EventKinds } from "../../engine/events/event-kind";
import { parseJsonObject } from "../../engine/json";
import { type IsTheirs, type MailLine, type MailSubject, omitMentions, selectMentions } from "../../engine/mail/mail-line";
import { normaliseMailbox, readMailbox } from "../../engine/sign-up/spellings";
import { events as eventKinds } from "../lists/events";

// SES's messages are known only to the deployment that sent them.
const sentKind: RowKind = {
  table: "ledger",
  under: SENT_PREFIX,
  backedUp: false,
  personal: {
    partOf: selectSentPart,
    restOf: () => undefined,
  },
  forget: forgetMails,
};
const aboutKind: RowKind = { table: "ledger", under: ABOUT_PREFIX, backedUp: false };
/** Names things by their ids, for 30 days, and nobody by an address. */
const backKind: RowKind = { table: "ledger", under: BACK_PREFIX, personal: false, backedUp: false };
/** Names people by hashes for two hours after their erasure, so that nothing more is noted about them. */
const forgottenKind: RowKind = { table: "ledger", under: FORGOTTEN_PREFIX, personal: false, backedUp: false };

/** In another deployment, the mails would be sent again. */
const waitingKind: RowKind = {
  table: "ledger",
  under: WAITING_PREFIX,
  backedUp: false,
  personal: { partOf: selectWaitingPart, restOf: omitFromWaiting },
};

const PAGE_ROWS = 500;
/** In place of the keyed hash of a reader who was erased. */
const ERASED_READER = "erased";

/** Somebody else may be the reader, or the person whom the mail is about. */
function selectSentPart(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined {
  const part = usedRows.partOf(item, person, isTheirs);
  if (part === undefined) return undefined;
  const { reader, subjects, ...others } = part;
  const ownSubjects = (JSON.parse(subjects?.S ?? "[]") as readonly MailSubject[]).filter(({ personId = "" }) =>
    isPersons(personId, person),
  );
  return {
    ...others,
    ...(isPersons(reader?.S ?? "", person) && reader && { reader }),
    ...(ownSubjects.length > 0 && { subjects: { S: JSON.stringify(ownSubjects) } }),
  };
}

function readWaiting({ event }: Item): DomainEvent | undefined {
  return parseJsonObject(event?.S ?? "") as DomainEvent | undefined;
}

const isTheirAddress =
  ({ mailboxes }: PersonNames): IsTheirs =>
  (text) =>
    mailboxes.has(readMailbox(text));

function selectWaitingPart(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined {
  if (isTheirs) return item;
  const { type, detail } = readWaiting(item) ?? {};
  const mentions = selectMentions(detail, isTheirAddress(person));
  return mentions === undefined
    ? undefined
    : { ...omit(item, "personId", "email"), event: { S: JSON.stringify({ type, detail: mentions }) } };
}

/** A mail that somebody else reads stays. */
function omitFromWaiting(item: Item, person: PersonNames, isTheirs: boolean): Item | undefined {
  const event = readWaiting(item);
  if (isTheirs || event === undefined) return undefined;
  const isAddress = isTheirAddress(person);
  const readers = ((eventKinds as EventKinds)[event.type]?.readers?.(event.detail) ?? []).filter((each) => each !== undefined);
  if (readers.length > 0 && readers.every(isAddress)) return undefined;
  return { ...item, event: { S: JSON.stringify({ ...event, detail: omitMentions(event.detail, isAddress) }) } };
}

/** Deletes rows about mails that were sent since an erasure looked for the person's rows, and lets no more be written. */
async function forgetMails(person: PersonNames, client: AwsClient, name: string): Promise<void> {
  await markForgotten(client, name, person.personIds, Date.now());
  const table = { client, name, key: tables.ledger.key };
  const isOfMail = beginning("id", [SENT_PREFIX, ABOUT_PREFIX, WAITING_PREFIX]);
  for await (const page of readPages(table, { limit: PAGE_ROWS, filter: isOfMail }))
    for (const item of page) {
      if (namesPerson(item, person)) await deleteItem(table, item);
      else if (item.event !== undefined) await forgetMention(table, item, person);
      else for (const column of Object.keys(item)) if (isReader(item[column], person)) await forgetReader(table, item, column, person);
    }
}

/** A line about a mail to the person stands in a row about somebody else: the mail went to a sponsor or an approver. */
function isReader(cell: Item[string] | undefined, person: PersonNames): boolean {
  const { reader } = (parseJsonObject(cell?.S ?? "") ?? {}) as Partial<MailLine>;
  return reader !== undefined && isPersons(reader, person);
}

/** Keeps what became of the mail. SES's report may change the line meanwhile, so it is read again then. */
async function forgetReader(table: DynamoTable, { id }: Item, column: string, person: PersonNames): Promise<void> {
  const key = { id: String(id?.S) };
  for (let cell = (await getItem(table, key))?.[column]; isReader(cell, person); cell = (await getItem(table, key))?.[column]) {
    const line = { ...parseJsonObject(cell?.S ?? ""), reader: ERASED_READER };
    await updateItem(table, toItem(key), { set: toItem({ [column]: JSON.stringify(line) }) }, equal({ [column]: cell as Item[string] }));
  }
}

/** The mail function may change the row meanwhile, so it is read again then. */
async function forgetMention(table: DynamoTable, { id }: Item, person: PersonNames): Promise<void> {
  const key = { id: String(id?.S) };
  for (let item = await getItem(table, key); item && selectWaitingPart(item, person, false); item = await getItem(table, key)) {
    const rest = omitFromWaiting(item, person, false);
    if (rest === undefined) await deleteItem(table, item);
    else await updateItem(table, toItem(key), { set: { event: rest.event as Item[string] } }, equal({ event: item.event as Item[string] }));
  }
}

function namesPerson({ personId, people, email }: Item, person: PersonNames): boolean {
  const isTheirMailbox = email?.S !== undefined && person.mailboxes.has(normaliseMailbox(email.S));
  return isTheirMailbox || [personId?.S ?? "", ...(people?.SS ?? [])].some((each) => isPersons(each, person));
}

export const rows = [sentKind, aboutKind, backKind, forgottenKind, waitingKind];
