import { sorter } from "../../../cli/long-tasks/sorted";
import { inWorkFolder } from "../../../cli/long-tasks/spool";
import { inMemory } from "../../../engine/files/workspace";

it.each([
  { what: "nothing", values: "", runRows: 4 },
  { what: "less than a run", values: "ca", runRows: 4 },
  { what: "a run and a rest", values: "dcabe", runRows: 4 },
  { what: "whole runs", values: "hgfedcba", runRows: 4 },
  { what: "many runs, with a value twice", values: "qwertyuiopasdfghjklzxcvbnmq", runRows: 3 },
])("sorts $what", async ({ values, runRows }) => {
  const sortedIn = async (workspace: typeof inMemory) => {
    const letters = sorter<string>(workspace, "letters", (letter) => letter, runRows);
    for (const letter of values) letters.add(letter);
    const come: string[] = [];
    for await (const block of letters.sorted()) come.push(...block);
    return come.join("");
  };
  const wanted = [...values].sort().join("");
  expect(await sortedIn(inMemory)).toBe(wanted);
  await inWorkFolder(async (workspace) => expect(await sortedIn(workspace)).toBe(wanted));
});

it("hands out many values a block at a time", async () => {
  const numbers = sorter<number>(inMemory, "numbers", (each) => String(each).padStart(5, "0"), 300);
  for (let each = 1_199; each >= 0; each--) numbers.add(each);
  const blocks: (readonly number[])[] = [];
  for await (const block of numbers.sorted()) blocks.push(block);
  expect(blocks.map(({ length }) => length)).toEqual([500, 500, 200]);
  expect(blocks.flat()).toEqual([...Array(1_200).keys()]);
});
