import { accessList, beforeCreateUser } from "entra-gatehouse";

export default beforeCreateUser([accessList({ otherwise: "continue" })], {
  admitsEverybody: "Anybody may sign up, unless the list denies them. The claims are what matters.",
});
