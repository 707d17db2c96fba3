import { joinNeeds } from "../../../adapters/operator/world";
import { acts } from "../../../features/lists/acts";
import { views } from "../../../features/lists/views";

it("acts and views have names of their own", () => {
  const names = [...acts, ...views].map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

it("needs of several acts name each table once", () => {
  const [one] = acts;
  expect(joinNeeds([{ ...one?.uses }, { ...one?.uses }])).toEqual(joinNeeds([{ ...one?.uses }]));
});
