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

/** An Undo has no command. */
const byCommand = acts.filter(({ name }) => name !== "partners.undo");

it("acts and views have names of their own", () => {
  const names = [...acts, ...views].map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

it.each(byCommand)("the permissions of the command cover the needs of the act $name", ({ name, uses }) => {
  for (const { table, actions } of joinNeeds([uses]))
    expect(documented(name.replace(".", " "), table), table).toEqual(expect.arrayContaining(actions.split(" ")));
});

it("needs of several acts name each table once", () => {
  const [one] = acts;
  expect(joinNeeds([{ ...one?.uses }, { ...one?.uses }])).toEqual(joinNeeds([{ ...one?.uses }]));
});
