import { wireRequest } from "../../../engine/protocols/body";

const json = `{"email":"kim@contoso.com"}`;

it.each([
  { sent: "as text", event: { headers: { "content-type": "application/json" }, body: json, isBase64Encoded: false }, body: json },
  {
    sent: "as base64, its header in any case",
    event: {
      headers: { accept: "*/*", "Content-Type": "application/json" },
      body: Buffer.from(json).toString("base64"),
      isBase64Encoded: true,
    },
    body: json,
  },
])("a request sent $sent is read", ({ event, body }) => expect(wireRequest(event)).toEqual({ contentType: "application/json", body }));

it.each([{ isBase64Encoded: false }, { isBase64Encoded: true }])("a request without content is empty: %o", (event) =>
  expect(wireRequest({ ...event, headers: undefined, body: undefined })).toEqual({ contentType: undefined, body: "" }),
);
