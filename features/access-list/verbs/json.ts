import * as v from "valibot";
import { anyText, createListSchema, flag, oneOfMore, time, wholeNumber, withMeaning } from "../../../engine/fields";
import { changeSetRow } from "../change-set";
import { mapColumns } from "../entry-columns";

const entryJson = v.strictObject({
  entry: anyText("Who it is about."),
  effect: oneOfMore(["allow", "approval", "deny"], ""),
  state: oneOfMore(["live", "expired", "void"], "`void`: it cannot be read, and counts for nothing."),
  suffix: v.optional(anyText("Of a wildcard over a public suffix: `edu` of `*.edu`.")),
  ...mapColumns(({ kind, jsonMeans }) =>
    v.optional(kind === "gates" ? createListSchema(anyText(), jsonMeans) : kind === "end" ? time(jsonMeans) : anyText(jsonMeans)),
  ),
  byPartner: v.optional(anyText("The domain of the partner whose contact wrote it.")),
  typed: v.optional(anyText("What was typed.")),
  problem: v.optional(anyText("What cannot be read.")),
});

const reason = { reason: v.optional(anyText("The code of a block.")) };
const matchJson = v.strictObject({
  entry: anyText(),
  effect: anyText(),
  level: anyText("How near it is to the person."),
  allowedUntil: v.optional(time("Of an entry that denies or asks for approval: it lets the person in until then.")),
});
const checkJson = v.strictObject({
  email: withMeaning(v.nullable(v.string()), "As it was read; null where it is no address."),
  gate: v.optional(anyText()),
  issuers: v.optional(createListSchema(anyText(), "The ways of signing in for which the line holds.")),
  allowed: flag("Whether the list lets the person in."),
  ...reason,
  steps: createListSchema(
    v.strictObject({
      step: anyText(),
      verdict: oneOfMore(["continue", "block", "not asked"], "With `continue`, an `approval` that decides has the person wait."),
      ...reason,
      shadow: v.optional(flag("It only reports.")),
      matches: createListSchema(matchJson, "Entries that count, the deciding one first."),
      ignored: createListSchema(entryJson, "Entries about the person that do not count."),
    }),
  ),
});

const flipSchema = v.looseObject({
  count: wholeNumber(),
  waiting: wholeNumber("Those of them who asked for approval."),
  named: createListSchema(v.looseObject({ email: v.optional(v.string()) })),
});
const unchangedSchema = v.strictObject({
  count: wholeNumber(),
  refused: wholeNumber(),
  denied: wholeNumber(),
  entry: v.optional(anyText()),
});
const flips = v.strictObject({
  refused: flipSchema,
  admitted: flipSchema,
  goesOn: flipSchema,
  unclear: flipSchema,
  unchanged: unchangedSchema,
  read: wholeNumber(),
  cut: flag(),
});
const changeSet = anyText("The id with which `list revert` takes the change back.");
const requestsLeft = v.optional(
  withMeaning(
    v.strictObject({
      count: wholeNumber(),
      references: createListSchema(anyText(), "Codes of the first of them."),
      answer: anyText("The command that denies them or, if there are too many or the deny has limits, shows them."),
    }),
    "Requests for approval of people whom a new deny covers: they still wait.",
  ),
);
const editJson = v.strictObject({
  dryRun: v.optional(v.literal(true)),
  change: oneOfMore(["none", "added", "changed"], ""),
  is: entryJson,
  was: createListSchema(entryJson, "What stood there, under any spelling."),
  concerns: v.optional(createListSchema(v.strictObject({ code: anyText(), about: anyText() }), "With --dry-run: what to know before.")),
  flips: v.optional(withMeaning(flips, "With --dry-run: people of recent decisions who would get another answer.")),
  changeSet: v.optional(changeSet),
  accountsEnd: v.optional(anyText("Of a deny: what ends accounts.")),
  requestsLeft,
});

const counts = { added: wholeNumber(), changed: wholeNumber(), removed: wholeNumber(), unchanged: wholeNumber() };
const differenceJson = v.strictObject({ entry: anyText(), was: v.optional(entryJson), is: v.optional(entryJson) });
const examples = v.optional(
  createListSchema(v.strictObject({ ...differenceJson.entries, change: v.optional(anyText()) }), "With --dry-run: some of the changes."),
);
const ranJson = v.strictObject({
  changeSet,
  writes: wholeNumber(),
  kept: wholeNumber("Rows left as somebody else had edited them."),
  keptEntries: createListSchema(anyText(), "The first of them."),
});
const internal = ["set", "part", "from", "rows", "source", "upTo", "recorded", "written", "expires", "aliveUntil"] as const;
const changeSetJson = v.object({ id: anyText("`list revert ID` takes it back."), ...v.omit(changeSetRow, internal).entries });

export const json = {
  "list add": editJson,
  "list allow": editJson,
  "list approval": editJson,
  "list deny": editJson,
  "list remove": v.strictObject({ removed: entryJson, changeSet }),
  "list show": entryJson,
  "list check": checkJson,
  "list import": v.union([
    v.strictObject({ ...counts, repeated: wholeNumber("Rows that the file repeats."), examples, requestsLeft }),
    ranJson,
  ]),
  "list export": v.union([
    v.strictObject({ file: anyText(), rows: wholeNumber() }),
    v.looseObject({ entry: anyText("A row, without FILE.") }),
  ]),
  "list lint": v.strictObject({
    kind: anyText("The worst kind comes first."),
    entry: anyText(),
    why: anyText(),
    line: v.optional(wholeNumber("Of the file.")),
    by: v.optional(anyText("The entry that decides in its place.")),
  }),
  "list tidy": v.object({ looked: wholeNumber("Rows."), found: wholeNumber("Rows to tidy.") }),
  "list changes": changeSetJson,
  "list changes show": v.union([changeSetJson, differenceJson]),
  "list revert": v.union([
    v.strictObject({
      ...{ reverts: anyText("The set."), ...counts, kept: wholeNumber(), keptEntries: createListSchema(anyText()), examples, requestsLeft },
    }),
    ranJson,
  ]),
} as const;
