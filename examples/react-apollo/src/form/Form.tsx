import { type FormEvent, useEffect, useRef, useState } from 'react';
import { wordsFor } from '../words';
import { Field, type FieldProps } from './Field';

/** One of the server's `userErrors`; `field` is the path of the input that is at fault, if a single one is. */
interface Refusal {
  message: string;
  field?: string[] | null;
}

interface FormProps<Name extends string> {
  fields: FieldProps<Name>[];
  submit: string;
  /** Sends what was typed; gives the `userErrors`. */
  onSubmit: (values: Record<Name, string>) => Promise<Refusal[] | undefined>;
  /** Said after a success. */
  done?: string;
  isDangerous?: boolean;
}

/** Shows each of the server's `userErrors` next to its field. The rules are the server's: none is repeated here. */
export function Form<Name extends string>({ fields, submit, onSubmit, done, isDangerous }: FormProps<Name>) {
  const form = useRef<HTMLFormElement>(null);
  const [isSending, setSending] = useState(false);
  const [isDone, setDone] = useState(false);
  const [refusals, setRefusals] = useState<Refusal[]>([]);

  useEffect(() => {
    if (refusals.length > 0) focusWhereToGoOn(form.current);
  }, [refusals]);

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    setDone(false);
    const typed = Object.fromEntries(new FormData(event.currentTarget)) as Record<Name, string>;
    const refused = await onSubmit(typed).catch((error: unknown) => [{ message: wordsFor(error) }]);
    setRefusals(refused ?? []);
    setDone(!refused?.length);
    setSending(false);
    forgetPasswords(form.current);
  }

  const names = new Set<string>(fields.map(({ name }) => name));
  const of = (name: Name) => refusals.filter(({ field }) => field?.[0] === name).map(({ message }) => message);
  const ofNoField = refusals.filter(({ field }) => !names.has(field?.[0] ?? ''));

  return (
    <form ref={form} onSubmit={(event) => void send(event)} noValidate aria-busy={isSending}>
      {fields.map((field) => (
        <Field key={field.name} {...field} errors={of(field.name)} />
      ))}
      <div role="alert">
        {ofNoField.map(({ message }) => (
          <p className="error" key={message}>
            {message}
          </p>
        ))}
      </div>
      <div className="actions">
        <button type="submit" className={isDangerous ? 'danger' : 'primary'}>
          {submit}
        </button>
        {done && <span role="status">{isDone && done}</span>}
      </div>
    </form>
  );
}

/** What was typed stays, except passwords. */
function forgetPasswords(form: HTMLFormElement | null) {
  for (const input of form?.querySelectorAll<HTMLInputElement>('input[type=password]') ?? []) input.value = '';
}

/** The first input that is wrong, else the first empty one. */
function focusWhereToGoOn(form: HTMLFormElement | null) {
  const inputs = [...(form?.querySelectorAll('input') ?? [])];
  const next = inputs.find((input) => input.matches('[aria-invalid]')) ?? inputs.find((input) => input.value === '');
  next?.focus();
}
