/* Progressive enhancement only: every page works without this file. It keeps nothing in the browser. */
(() => {
  "use strict";
  const session = document.querySelector("meta[name=wayside-session]")?.content;
  const cover = document.querySelector("[data-cover]");
  const typed = new Set();
  let leaving = false;

  // A word typed and not sent is not lost by a slip of the thumb.
  document.addEventListener("input", (event) => event.target.form && typed.add(event.target.form));
  addEventListener("beforeunload", (event) => {
    if (!leaving && typed.size) event.preventDefault();
  });

  // Shows a note beside the button that was pressed.
  const say = (place, which) => {
    const note = document.querySelector(`[data-say=${which}]`);
    document.querySelectorAll("[data-say]").forEach((each) => { each.hidden = each !== note; });
    place.querySelector(".buttons").before(note);
    note.focus();
  };

  // Asks whether we are still signed in. Answers "on", "locked" or "off" (no line).
  const ask = async () => {
    try {
      const answer = await fetch(session, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
      if (answer.ok) {
        const { csrf } = await answer.json();
        document.querySelectorAll("input[name=csrf_token]").forEach((field) => { field.value = csrf; });
        return "on";
      }
      return answer.status === 401 || answer.status === 403 ? "locked" : "on";
    } catch {
      return "off";
    }
  };

  // A form leaves the page only when it can arrive: a lock or a dead line keeps what was typed on the screen.
  let checked = null;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form === checked || !session || form.getAttribute("method") !== "post" || !form.querySelector(".buttons")) {
      leaving = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    if (form.dataset.asking) return;
    form.dataset.asking = "1";
    const state = await ask();
    delete form.dataset.asking;
    if (state !== "on") {
      say(form, state);
      return;
    }
    checked = form;
    leaving = true;
    form.requestSubmit(button);
  });

  // "Safe until noon" stops being true at noon, also on a page left open.
  const tick = () => {
    document.querySelectorAll("[data-until]").forEach((part) => {
      part.classList.toggle("is-over", Date.now() >= Date.parse(part.dataset.until));
    });
  };
  tick();
  setInterval(tick, 15000);

  // Nobody at the desk: cover the page. It shows again only when the session still lives.
  if (cover && session) {
    let last = Date.now();
    ["pointerdown", "keydown", "scroll"].forEach((kind) => addEventListener(kind, () => { last = Date.now(); }, { passive: true }));
    const limit = Number(cover.dataset.cover) * 60000;
    setInterval(() => {
      if (cover.hidden && Date.now() - last >= limit) {
        cover.hidden = false;
        document.body.classList.add("covered");
        cover.querySelector("button").focus();
      }
    }, 5000);
    cover.querySelector("button").addEventListener("click", async () => {
      const state = await ask();
      if (state !== "on") return say(cover, state);
      cover.hidden = true;
      document.body.classList.remove("covered");
      last = Date.now();
    });
  }
})();
