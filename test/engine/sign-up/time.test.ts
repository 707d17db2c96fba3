import { dayFrom } from "../../../engine/sign-up/time";

it.each([
  { text: "2027-01-31", day: "2027-01-31T00:00:00.000Z" },
  { text: "2028-02-29", day: "2028-02-29T00:00:00.000Z" },
  { text: "2027-02-29", day: undefined },
  { text: "2027-02-30", day: undefined },
  { text: "2027-13-01", day: undefined },
  { text: "2027-1-31", day: undefined },
  { text: "+010000-01", day: undefined },
  { text: "2027-01-31T00:00Z", day: undefined },
  { text: " 2027-01-31", day: undefined },
  { text: "", day: undefined },
])("the day $text is $day", ({ text, day }) => expect(dayFrom(text)?.toISOString()).toBe(day));
