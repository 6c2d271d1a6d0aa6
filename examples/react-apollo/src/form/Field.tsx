import { type InputHTMLAttributes, useId } from 'react';

export interface FieldProps<Name extends string = string> extends InputHTMLAttributes<HTMLInputElement> {
  name: Name;
  label: string;
  hint?: string | undefined;
}

/** An input with its label, and below it what is wrong with what was typed, else the hint. */
export function Field({ label, hint, errors, ...input }: FieldProps & { errors: string[] }) {
  const id = useId();
  const isWrong = errors.length > 0;
  const note = isWrong ? errors.join(' ') : hint;

  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        aria-invalid={isWrong || undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        {...input}
      />
      {note !== undefined && (
        <p className={isWrong ? 'error' : 'hint'} id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}
