import { joinNeeds } from "../../../adapters/operator/world";
import { acts } from "../../../features/lists/acts";
import { permissions } from "../../../features/lists/permissions";
import { views } from "../../../features/lists/views";

/** What the documents say that a command needs of a table. */
const documented = (command: string, table: string) =>
  permissions
    .filter(({ commands }) => commands.includes(command))
    .flatMap(({ needs }) => needs.map((each) => each[table as keyof typeof each] ?? ""))
    .join(" ")
    .split(" ");

/** Acts without a command, and the command of an act that has several. */
const commands: Readonly<Record<string, string | undefined>> = {
  "partners.undo": undefined,
  "gates.undo": undefined,
  "gates.extend": undefined,
  "gates.set": "gate closed",
  "invitations.invite": "invite",
  "invitations.restore": undefined,
  "invitations.take-back": "invite undo",
  "list.set": "list add",
  "list.edit": "list remove",
  "list.propose": undefined,
  "list.confirm": undefined,
  "list.reject": undefined,
  "access.extend": "expiry extend",
  "access.renew": "expiry renew",
  "access.end": "expiry end",
  "access.restore": undefined,
  "access.undo": "expiry undo",
  "access.sponsor": "expiry sponsor",
  "access.readmit": undefined,
  "guests.renew": undefined,
  "guests.let-end": undefined,
  "guests.undo": undefined,
  "asks.ask": undefined,
  "asks.show": undefined,
};
const byCommand = acts.flatMap(({ name, uses }) => {
  const command = Object.hasOwn(commands, name) ? commands[name] : name.replace("invitations.", "invite ").replace(".", " ");
  return command === undefined ? [] : [{ name, uses, command }];
});

it("acts and views have names of their own", () => {
  const names = [...acts, ...views].map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

it.each(byCommand)("the permissions of the command cover the needs of the act $name", ({ command, uses }) => {
  for (const { table, actions } of joinNeeds([uses]))
    expect(documented(command, table), table).toEqual(expect.arrayContaining(actions.split(" ")));
});

it("needs of several acts name each table once", () => {
  const [one] = acts;
  expect(joinNeeds([{ ...one?.uses }, { ...one?.uses }])).toEqual(joinNeeds([{ ...one?.uses }]));
});
