import { isDeepStrictEqual } from "node:util";
import { toRecord } from "../adapters/tables/decisions";
import type { Item } from "../adapters/tables/item";
import { parsed } from "../engine/schema";
import { EVENT_SOURCE, SIGN_UP_DECIDED, signUpDecided, signUpDecidedEvent } from "../engine/sign-up/event";
import { decisionRecord } from "../engine/sign-up/record";
import { changePublisher } from "./publish-changes";

/** Turns new and revised decisions into events. */
export const handler = changePublisher(({ NewImage, OldImage }) => {
  const record = toRecord(NewImage as Item);
  // A row made or changed by hand may lack what an event has to say.
  if (!decisionRecord.members.revision.accepts(record.revision)) throw new TypeError("The row has no revision.");
  // What a shadowed rule says is added later, and is no news to others.
  if (OldImage !== undefined && isDeepStrictEqual({ ...OldImage, trace: undefined }, { ...NewImage, trace: undefined })) return undefined;
  const detail = parsed(signUpDecidedEvent, signUpDecided(record));
  return { source: EVENT_SOURCE, type: SIGN_UP_DECIDED, time: new Date(detail.time), detail };
});
