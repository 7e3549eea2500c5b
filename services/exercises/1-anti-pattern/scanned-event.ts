/** What the virus scanner publishes before it is refactored. */
export const scannedEvent = {
  fileId: 'file-123',
  scanResult: 'safe',
  fileDescription: 'User profile photo',
  uploadedBy: 'user-456',
  s3Bucket: 'my-bucket',
  s3Key: 'uploads/user-456/photo.jpg',
  metadata: { originalFilename: 'vacation.jpg', contentType: 'image/jpeg' },
};

export type Field = keyof typeof scannedEvent | keyof typeof scannedEvent.metadata;

/** `reference`: an id belongs to nobody; every event about the file carries it. */
export type Owner = 'upload-service' | 'virus-scanner' | 'reference';
