import type { Row } from "../../../engine/sign-up/rule";
import { incidentChange } from "../../../features/incidents/trail";

const open: Row = {
  set: "incidents",
  part: "i-1",
  state: "open",
  people: 3,
  selection: { from: "a", to: "b" },
  by: "arn:kim",
  decisions: 3,
};
const shown = { state: "open", people: 3, selection: { from: "a", to: "b" } };
const selecting: Row = { ...open, state: "selecting" };
const acting: Row = { ...open, state: "acting", actedBy: "oid-lee", actedName: "Lee" };
const undoing: Row = { ...acting, state: "undoing", undoneBy: "arn:kim" };
const acted: Row = { ...acting, state: "acted", wish: "enable", wishedBy: "oid-lee", wishedName: "Lee" };
const lee = { by: "oid-lee", name: "Lee", via: "console" };
const kim = { by: "arn:kim", via: "command" };
const outside = { action: "incident.changed", via: "command" };
const wish = { wish: "act", wishedBy: "oid-lee", work: "waiting" };

it.each<[string, Row | undefined, Row | undefined, object | undefined]>([
  ["a selection begins", undefined, selecting, undefined],
  ["a row comes from somewhere", undefined, open, outside],
  ["a row is removed", open, undefined, { action: "incident.removed", via: "command" }],
  ["a selection ends", selecting, open, { action: "incident.opened", ...kim }],
  [
    "a selection ends in the console",
    selecting,
    { ...open, name: "Kim" },
    { action: "incident.opened", by: "arn:kim", name: "Kim", via: "console" },
  ],
  ["a selection ends, of nobody", selecting, { ...open, by: undefined }, outside],
  ["somebody asks for a second person", open, { ...open, askedBy: "oid-lee", askedName: "Lee" }, { action: "incident.asked", ...lee }],
  ["who asked is somebody else now", { ...open, askedBy: "oid-lee" }, { ...open, askedBy: "oid-park" }, outside],
  ["a second person confirms", open, { ...open, confirmedBy: "arn:kim" }, { action: "incident.confirmed", ...kim }],
  ["acting begins", open, acting, { action: "incident.acting", ...lee }],
  ["acting begins, by nobody", open, { ...open, state: "acting" }, outside],
  ["acting notes its change set", acting, { ...acting, changeSet: "c-1" }, undefined],
  ["acting ends", acting, { ...acting, state: "acted", outcome: { disabled: 3 } }, { action: "incident.acted", ...lee }],
  ["undoing begins", { ...acting, state: "acted" }, undoing, { action: "incident.undoing", ...kim }],
  [
    "one is enabled again",
    { ...acted, outcome: { disabled: 3 } },
    { ...acted, outcome: { disabled: 2, enabled: 1 } },
    { action: "incident.enabled", ...lee },
  ],
  ["a worker enables one", { ...acted, work: "waiting" }, { ...acted, work: "running" }, undefined],
  ["a command undoes after that", acted, { ...acted, ...undoing, outcome: { disabled: 2 } }, { action: "incident.undoing", ...kim }],
  ["a command counts after that", { ...acted, ...undoing }, { ...acted, ...undoing, outcome: { disabled: 2 } }, undefined],
  ["undoing notes its change set", undoing, { ...undoing, revert: "c-2" }, undefined],
  ["undoing ends", undoing, { ...undoing, state: "undone" }, { action: "incident.undone", ...kim }],
  ["what was acted on is edited", { ...acting, state: "acted" }, { ...acting, state: "acted", people: 1 }, outside],
  ["somebody asks for work", open, { ...open, ...wish }, undefined],
  ["a worker is at it", { ...open, ...wish }, { ...wish, ...open, work: "running", aliveUntil: 7, done: 1 }, undefined],
  ["the stream tells its columns in another order", { ...open, ...wish }, Object.fromEntries(Object.entries(open).reverse()), undefined],
  ["a row is edited beside that", open, { ...open, ...wish, people: 1 }, outside],
])("what the trail says of one write, where %s", (_, before, after, change) => {
  const told = incidentChange({ ...(before && { before }), ...(after && { after }) });
  expect(
    told && {
      action: told.action,
      via: told.via,
      ...(told.by !== undefined && { by: told.by }),
      ...(told.name !== undefined && { name: told.name }),
    },
  ).toEqual(change);
});

it("shows of an incident what was done, and nothing of its people's ways", () => {
  expect(incidentChange({ before: selecting, after: open })?.details).toStrictEqual({
    subject: "i-1",
    before: { ...shown, state: "selecting" },
    after: shown,
  });
  const ended = { changeSet: "c-1", outcome: { disabled: 3 }, revert: "c-2" };
  expect(incidentChange({ before: { state: "acted", ...ended } })).toStrictEqual({
    action: "incident.removed",
    via: "command",
    details: { subject: "", before: { state: "acted", ...ended } },
  });
});
