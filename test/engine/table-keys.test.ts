import { byteOrder } from "../../engine/table-keys";

it.each([
  { one: "a", other: "b", order: -1 },
  { one: "b", other: "a", order: 1 },
  { one: "a", other: "a", order: 0 },
  { one: "", other: "a", order: -1 },
  { one: "Z", other: "a", order: -1 },
  { one: "z", other: "é", order: -1 },
  { one: "\u{1F600}", other: "\u{1F600}", order: 0 },
  // JavaScript puts these the other way round.
  { one: "\uffff", other: "\u{10000}", order: -1 },
  { one: "\u{10000}", other: "\uffff", order: 1 },
])("$one and $other are in byte order: $order", ({ one, other, order }) => {
  expect(byteOrder(one, other)).toBe(order);
  expect(Math.sign(Buffer.compare(Buffer.from(one), Buffer.from(other)))).toBe(order);
});
