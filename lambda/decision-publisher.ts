import * as v from "valibot";
import { toRecord } from "../adapters/tables/decisions";
import type { Item } from "../adapters/tables/item";
import { EVENT_SOURCE, SIGN_UP_DECIDED, signUpDecided } from "../engine/sign-up/event";
import type { DecisionRecord } from "../engine/sign-up/record";
import { changePublisher, isInstant } from "./publish-changes";

/** What an event is made from. A row made or changed by hand may lack it. */
const publishable = v.object({
  id: v.string(),
  revision: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  at: v.pipe(v.string(), v.check(isInstant)),
  reference: v.string(),
  step: v.string(),
  source: v.string(),
  verdict: v.picklist(["continue", "block", "invalid"]),
  rule: v.optional(v.string()),
  reasons: v.array(v.string()),
  email: v.optional(v.string()),
  issuers: v.optional(v.array(v.string())),
  changed: v.array(v.string()),
  attributes: v.optional(v.record(v.string(), v.unknown())),
  policyVersion: v.string(),
});

/** Turns new and revised decisions into events. */
export const handler = changePublisher(({ NewImage }) => {
  const record = toRecord(NewImage as Item);
  v.assert(publishable, record);
  return {
    source: EVENT_SOURCE,
    type: SIGN_UP_DECIDED,
    time: new Date(record.at),
    detail: signUpDecided(record as DecisionRecord),
  };
});
