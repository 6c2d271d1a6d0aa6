// Writes `trusted/persisted-documents.json`, for a server that takes the documents of this app and no others.
import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: 'src/**/*.{ts,tsx}',
  generates: {
    './trusted/': {
      preset: 'client',
      // Apollo's cache asks for it everywhere.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        scalars: {
          DateTime: 'string',
          PublicKeyCredentialCreationOptionsJSON: 'PublicKeyCredentialCreationOptionsJSON',
          PublicKeyCredentialRequestOptionsJSON: 'PublicKeyCredentialRequestOptionsJSON',
          RegistrationResponseJSON: 'RegistrationResponseJSON',
          AuthenticationResponseJSON: 'AuthenticationResponseJSON',
        },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
