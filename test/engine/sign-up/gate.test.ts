import { gatesIn, isGateName } from "../../../engine/sign-up/gate";

it.each([
  { text: "partners", legal: true },
  { text: "partners-b2b-eu", legal: true },
  { text: "default", legal: true },
  { text: "", legal: false },
  { text: "Partners", legal: false },
  { text: "2partners", legal: false },
  { text: "partners-2", legal: false },
  { text: "-partners", legal: false },
  { text: "partners-", legal: false },
  { text: "partners--eu", legal: false },
  { text: "partners eu", legal: false },
  { text: "na", legal: true },
  { text: "null", legal: false },
  { text: "undefined", legal: false },
])("$text is a valid gate name: $legal", ({ text, legal }) => expect(isGateName(text)).toBe(legal));

it.each([
  { typed: "", gates: [] },
  { typed: " , ", gates: [] },
  { typed: "staff", gates: ["staff"] },
  { typed: " Staff, partners,\tSTAFF  eu ", gates: ["eu", "partners", "staff"] },
])("the gates in $typed are $gates", ({ typed, gates }) => expect(gatesIn(typed)).toEqual(gates));
