import { createServer, type ServerResponse } from "node:http";
import { awsMail } from "../../../adapters/mail/send";
import { listen } from "../../support/listen";

const mail = { to: ["kim@contoso.com"], subject: "Hello", text: "Hello", html: "<p>Hello</p>" };

function answer(status: number, type: string) {
  return (response: ServerResponse) =>
    response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": type }).end('{"MessageId":"1"}');
}
it("a mail carries the stack's name, by which its reports are told from those of other mails of the set", async () => {
  let body = "";
  const server = createServer((request, response) => {
    request.on("data", (data) => {
      body += String(data);
    });
    request.on("end", () => answer(200, "")(response));
  });
  process.env.AWS_ENDPOINT_URL_SESV2 = await listen(server);
  process.env.AWS_REGION = "eu-west-1";
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = "test";
  await awsMail("set", "Gatehouse-Ledger-1").mail(mail, "gate@contoso.com");
  server.close();
  expect(JSON.parse(body)).toMatchObject({ ConfigurationSetName: "set", EmailTags: [{ Name: "gatehouse", Value: "Gatehouse-Ledger-1" }] });
});

const taken = answer(200, "");
const throttled = answer(429, "TooManyRequestsException");

it.each([
  { given: "SES takes it", answers: [taken], calls: 1 },
  { given: "SES throttles it twice", answers: [throttled, throttled, taken], calls: 3 },
  { given: "SES fails, having perhaps sent it", answers: [answer(500, "InternalFailure"), taken], calls: 1, fails: true },
  {
    given: "the connection ends without an answer",
    answers: [(response: ServerResponse) => response.destroy(), taken],
    calls: 1,
    fails: true,
  },
])("a mail is handed over $calls times if $given", async ({ answers, calls, fails = false }) => {
  let made = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => answers[made++]?.(response));
  });
  process.env.AWS_ENDPOINT_URL_SESV2 = await listen(server);
  process.env.AWS_REGION = "eu-west-1";
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = "test";
  const sent = awsMail().mail(mail, "gate@contoso.com");
  await (fails ? expect(sent).rejects.toThrow() : expect(sent).resolves.toBe("1"));
  expect(made).toBe(calls);
  server.close();
});
