// The designer's page: when calls or versions move, the part that shows them fetches itself, at most every few seconds.
import { refresh } from "./htmx";
import "./page";
import { listen } from "./stream";

const apart = 3000;
const main = document.getElementById("main");
const part = main?.dataset.part ?? "";
let waiting = 0;

function soon(): void {
  if (document.activeElement?.closest("form")) return; // somebody is deciding: nothing moves under the hand
  waiting ||= window.setTimeout(() => {
    waiting = 0;
    refresh(part);
  }, apart);
}

listen({ view: "wall", since: main?.dataset.cursor ?? "", onChange: soon, onReturn: soon });

// a wide map is first seen where it begins: in the middle
const picture = document.querySelector<HTMLElement>(".picture");
if (picture) picture.scrollLeft = (picture.scrollWidth - picture.clientWidth) / 2;
