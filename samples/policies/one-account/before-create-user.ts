import { accessList, beforeCreateUser, oneAccount } from "entra-gatehouse";

/** Local accounts come to this step alone. People who get in here are remembered with the way they signed up. */
export default beforeCreateUser([accessList({ otherwise: "continue" }), oneAccount()], {
  trust: ["mail", "google.com"],
  admitsEverybody: "an open forum",
});
